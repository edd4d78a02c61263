"""What the forms of publicity show of the case study, its consent and its publications. Reads only."""

from collections.abc import Callable, Mapping

import sqlalchemy as sa

from clusters.prefill_opening import Opening, Words
from clusters.publicity import publicity, publicity_release
from clusters.publicity.models import PublicityCase
from clusters.register import register
from engine.due_dates import chinese
from engine.models import Submission


def _case(opening: Opening) -> tuple[PublicityCase, Words]:
    row = publicity.get(opening.session, opening.instance.business_key)
    cluster = register.get(opening.session, row.cluster_no)
    return row, {
        "publicity_cluster": f"{cluster.name}（{cluster.cluster_no}）",
        "publicity_operator": publicity.operator_name(cluster),
        "case_shown": f"{row.title}（{'、'.join(row.themes)}）" if row.title else "",
    }


def _said(opening: Opening, submission_id: str | None) -> Words:
    query = sa.select(Submission.data).where(Submission.id == submission_id)
    return dict(opening.session.scalars(query).first() or {})


def _draft(opening: Opening) -> Words:
    row, words = _case(opening)
    return {**words, "returned_because": row.reason or "没有退回过"}


def _shown(opening: Opening) -> tuple[PublicityCase, Words]:
    """The text that is being decided on: after a review the one without the secrets."""
    row, words = _case(opening)
    drafted, reviewed = _said(opening, row.draft_submission), _said(opening, row.review_submission)
    redacted = row.secrecy == "redacted"
    body = reviewed.get("redacted_body") if redacted else drafted.get("case_body")
    files = reviewed.get("redacted_files") if redacted else drafted.get("case_files")
    shown = [{"name": str(file.get("name") or "")} for file in files or []]
    return row, {**words, "body_shown": body, "files_shown": shown, "enterprises_shown": row.enterprises}


def _consent(opening: Opening) -> Words:
    row, words = _shown(opening)
    wanted = [{"uscc": e["uscc"], "name": e["name"]} for e in row.enterprises]
    return {**words, "channels_shown": "、".join(row.wished), "enterprise_consents": wanted}


def _review(opening: Opening) -> Words:
    return _shown(opening)[1]


def _publish(opening: Opening) -> Words:
    row, words = _shown(opening)
    until = f"至{chinese(row.consent_valid_to)}" if row.consent_valid_to else "长期"
    return {**words, "scope_shown": "、".join(row.consent_scope), "until_shown": until}


def _take_down(opening: Opening) -> Words:
    row, words = _case(opening)
    lines = [
        {"no": str(no), "channel": item.channel, "url": item.url}
        for no, item in enumerate(publicity.items_of(opening.session, [row.no]), 1)
    ]
    return {**words, "ended_because": publicity.ended_because(row), "taken_down_items": lines}


STEPS: Mapping[str, Callable[[Opening], Words]] = {
    **dict.fromkeys(publicity.DRAFTS, _draft),
    **dict.fromkeys(publicity.CONSENTS, _consent),
    **dict.fromkeys(publicity_release.REVIEWS, _review),
    **dict.fromkeys(publicity_release.PUBLICATIONS, _publish),
    **dict.fromkeys(publicity_release.TAKE_DOWNS, _take_down),
}
