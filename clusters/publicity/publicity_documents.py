"""Print views of publicity: the consent to be signed, one sheet for each that is named (F16, art. 11)."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.designation import documents
from clusters.designation.documents import Document
from clusters.notices.notice_text import DEPARTMENT
from clusters.people import roles
from clusters.publicity import publicity
from clusters.publicity.models import PublicityCase
from clusters.register import register
from clusters.register.models import Cluster
from engine.models import Submission

TO_SIGN = frozenset({"consent", *publicity.AGREED})
CHOICES = "　".join(f"□{channel}" for channel in publicity.CHANNELS)


def sheets(session: Session, key: str) -> Iterator[tuple[str, tuple[str, Document]]]:
    """What can be printed of this case by now."""
    row = publicity.get(session, key)
    if row.status not in TO_SIGN:
        return
    cluster = register.get(session, row.cluster_no)
    operator = publicity.operator_name(cluster)
    yield "consent", (f"同意书（{operator}）", _consent(session, row, cluster, operator))
    for number, enterprise in enumerate(row.enterprises, 1):
        name = enterprise["name"]
        yield f"consent-{number}", (f"同意书（{name}）", _consent(session, row, cluster, name))


def _consent(session: Session, row: PublicityCase, cluster: Cluster, signer: str) -> Document:
    """Blank where the signer decides: agreeing is free, may be narrow, and may be taken back."""
    drafted = sa.select(Submission.data).where(Submission.id == row.draft_submission)
    body = (session.scalars(drafted).first() or {}).get("case_body") or ""
    by_city = row.publisher != "province"
    return Document(
        title="典型案例宣传同意书",
        number=row.no,
        addressee=documents.bureau(session, roles.CITY, cluster.city_code) if by_city else DEPARTMENT,
        paragraphs=(
            f"我单位已阅读案例《{row.title}》（主题：{'、'.join(row.themes)}，集群：{cluster.name}），"
            "案例中有关我单位的内容属实，不含我单位的商业秘密。",
            "□同意宣传　□不同意宣传　　（依据实施细则第十一条，是否同意出于自愿）",
            f"同意的渠道：{CHOICES}（拟发布：{'、'.join(row.wished)}）",
            "同意的期限：□长期　□至　　　　年　　月　　日",
            "我单位可以随时书面撤回同意；撤回后不再发布，已经发布的由发布单位下架。",
            "签署人：　　　　　　　　职务：　　　　　　　　电话：　　　　　　　　",
            f"单位（盖章）：{signer}　　　　　　　　年　　月　　日",
            "附：案例正文",
            *body.split("\n"),
        ),
        signed_by="",
    )
