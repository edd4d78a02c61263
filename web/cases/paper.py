"""The lines above and below each printed sheet, as a style sheet. Knows three short texts of its address.

Margin boxes of a page can only take their text from CSS, and our pages allow no style but a file's.
"""

from flask import Blueprint, Response, request

from web.access import access

blueprint = Blueprint("paper", __name__)
MAX_LENGTH = 80
RUNNING = """@page {{
  @top-left {{ content: "甘肃省中小企业特色产业集群"; font-size: 9pt; }}
  @top-right {{ content: {case}; font-size: 9pt; }}
  @bottom-left {{ content: {digest}; font-size: 9pt; }}
  @bottom-right {{ content: {at}; font-size: 9pt; }}
}}
@page :first {{ @top-left {{ content: none; }} @top-right {{ content: none; }} }}
"""


@blueprint.get("/paper.css")
@access(scope="public")
def running_lines() -> Response:
    """`case`, `hash` and `at` of the address on every sheet; on the first the page says the case itself."""
    shown = RUNNING.format(
        case=_said("办件编号：", "case"), digest=_said("SHA-256：", "hash"), at=_said("", "at")
    )
    return Response(shown, mimetype="text/css")


def _said(label: str, name: str) -> str:
    given = request.args.get(name, "")[:MAX_LENGTH]
    return _css_string(f"{label}{given}" if given else "")


def _css_string(text: str) -> str:
    """Every character but letters and digits is escaped, so that nothing can leave the string."""
    return '"' + "".join(c if c.isalnum() else f"\\{ord(c):x} " for c in text) + '"'
