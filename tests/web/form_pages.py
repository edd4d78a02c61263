"""A tiny application around the demo form: pages to fill in, to read and to print, on the real frame."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask, jsonify, render_template_string, request
from flask.typing import ResponseReturnValue
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.serving import make_server

from engine.forms import Form
from web.app import CSP
from web.cases import paper
from web.render import register_filters
from web.tasks.form_view import pressed, read_form, show_form

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "tests" / "data" / "demo_application.form"
COUNTIES = [("621122", "陇西县"), ("620201", "嘉峪关市")]
PLAN = {
    "id": "a1",
    "name": "范围图.pdf",
    "sha256": "3f" * 32,
    "size": 3355443,
    "media_type": "application/pdf",
}
EDIT = """{% extends "base.html" %}{% import "_macros.html" as ui %}{% import "tasks/_form.html" as forms %}
{% block title %}填报{% endblock %}{% block content %}{{ ui.page_head("填报集群申报书") }}
<form method="post" action="/" enctype="multipart/form-data" novalidate data-guard data-autosave="/draft">
{{ forms.render(view) }}
{% call ui.actions("提交后由负责人审核。", autosave=true) %}
<button name="_go" value="submit">提交审核</button>{% endcall %}
</form>{% endblock %}"""
READ = """{% extends "base.html" %}{% import "tasks/_form_read.html" as reading %}
{% block content %}{{ reading.render(view) }}{% endblock %}"""
PRINT = """{% extends "cases/print.html" %}{% import "tasks/_form_print.html" as paper %}
{% block content %}{{ paper.render(view, blank) }}{% endblock %}"""


def demo_form() -> Form:
    return Form.parse(DEMO.name, DEMO.read_text("utf-8")).with_options({"counties": COUNTIES})


def an_enterprise(number: int, **more: Any) -> dict[str, Any]:
    return {
        "name": f"陇西县示范药业第{number}有限公司（示例）",
        "uscc": f"91621122MA7000{number:04d}",
        "size_class": "small",
        "is_leading": True,
        "employees": 1000 + number,
        "output_y1": f"{10000 + number}.50",
        "established_on": "2012-03-01",
        "platform": "示例平台",
        "licence": [],
    } | more


def an_application(enterprises: int = 2, **more: Any) -> dict[str, Any]:
    years = [{"year": year, "enterprise_count": 20, "total_output": "212000.5", "leading_output": "160000",
              "profit": "-1200", "data_basis": "statistics"} for year in (2022, 2023)]  # fmt: skip
    filled = {
        "cluster_name": "陇西县中医药产业集群（示例）",
        "county_code": "621122",
        "filled_on": "2024-05-20",
        "is_within_county": True,
        "area_km2": "86.5",
        "established_year": 2008,
        "industry_codes": ["2730", "2740"],
        "contact_phone": "0932-6621234",
        "overview": "以当归、黄芪等大宗药材的种植、加工和交易为主线（示例）。",
        "indicators": years,
        "enterprises": [an_enterprise(i + 1) for i in range(enterprises)],
        "boundary_file": [PLAN],
        "aspects": ["A1"],
        "commitment": True,
    }
    return demo_form().blank() | filled | more


class CompiledTemplates(BytecodeCache):
    """Templates are compiled once for all tests."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = CompiledTemplates()


class FormPages:
    """`base` is what the system has; `received` what the last post was read as."""

    def __init__(self, base: Mapping[str, Any]) -> None:
        self.form, self.base = demo_form(), dict(base)
        self.received: dict[str, Any] = {}
        self.drafts: list[dict[str, Any]] = []
        self.tokens: list[str | None] = []
        self.app = Flask("web", root_path=str(ROOT / "web"))
        self.app.config.update(SECRET_KEY="test", MAX_FORM_PARTS=40_000, MAX_FORM_MEMORY_SIZE=8 * 1024 * 1024)
        self.app.jinja_env.bytecode_cache = COMPILED
        register_filters(self.app)
        self.app.register_blueprint(paper.blueprint)
        self.app.add_url_rule("/", view_func=self.fill, methods=["GET", "POST"])
        self.app.add_url_rule("/draft", view_func=self.draft, methods=["POST"])
        self.app.add_url_rule("/read", view_func=self.read)
        self.app.add_url_rule("/print", view_func=self.paper)
        self.app.after_request(self._harden)

    @staticmethod
    def _harden(response: Any) -> Any:
        response.headers["Content-Security-Policy"] = CSP.format(style="'self'")
        return response

    def _posted(self) -> dict[str, Any]:
        return read_form(self.form, request.form, request.files, self.base).data

    def fill(self) -> ResponseReturnValue:
        data, problems = self.base, None
        if request.method == "POST":
            self.received = data = self._posted()
            if pressed(request.form):
                self.base = data = self.form.clean(data, draft=True)
            else:
                data = self.form.clean(data)
                problems = self.form.problems(data)
        return render_template_string(EDIT, view=show_form(self.form, data, problems, action="/"))

    def draft(self) -> ResponseReturnValue:
        self.tokens.append(request.headers.get("X-CSRFToken"))
        self.drafts.append(self._posted())
        return jsonify({}), 200

    def read(self) -> str:
        view = show_form(self.form, self.base, file_url=lambda file: f"/files/{file['id']}")
        return render_template_string(READ, view=view)

    def paper(self) -> str:
        blank = "blank" in request.args
        view = show_form(self.form, {} if blank else self.base)
        printed_at = datetime(2024, 6, 13, 2, 0, tzinfo=UTC)
        known = {} if blank else {"case_no": "GSJQ-2024-621122-0001", "content_hash": "ab12" * 16}
        return render_template_string(PRINT, view=view, blank=blank, printed_at=printed_at, **known)


@contextmanager
def running(pages: FormPages) -> Iterator[str]:
    """The address at which a browser finds the pages."""
    server = make_server("127.0.0.1", 0, pages.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
