"""Print view of a change that has been put on record: the receipt (F13, art. 17)."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from clusters.changes import change_kinds, change_prefills, change_review, changes
from clusters.changes.models import ChangeCase
from clusters.designation import documents
from clusters.designation.documents import Document, Table
from clusters.notices.notice_text import DEPARTMENT
from clusters.people import roles
from clusters.register import register
from clusters.register.models import Cluster
from engine.clock import legal_day
from engine.due_dates import chinese


def sheets(session: Session, key: str) -> Iterator[tuple[str, tuple[str, Document]]]:
    """What can be printed of this case by now."""
    case = changes.find(session, key)
    if case is not None and case.filed_no:
        cluster = register.get(session, case.cluster_no)
        yield "receipt", ("备案回执", _receipt(session, case, cluster))


def _receipt(session: Session, case: ChangeCase, cluster: Cluster) -> Document:
    """备案 is no approval: it says what was received and when (art. 17)."""
    rows = tuple((d.label, d.before or "—", d.after or "—") for d in change_kinds.differences(case.items))
    return Document(
        title="集群变更备案回执",
        number=case.filed_no,
        addressee=documents.bureau(session, roles.COUNTY, cluster.county_code),
        paragraphs=(
            f"“{cluster.name}”（编号{cluster.cluster_no}）{change_kinds.words(case.kinds)}变更的材料"
            f"（{case.no}）收悉，经市州核实，依据实施细则第十七条予以备案。",
            _days(case),
            f"证书：{change_review.CERTIFICATES[case.certificate]}。变更备案不改变有效期。",
            case.province_note and f"{change_review.ORDERS[case.province_order]}：{case.province_note}",
        ),
        tables=(Table(("项目", "变更前", "变更后"), rows),),
        signed_by=DEPARTMENT,
        day=case.filed_on,
    )


def _days(case: ChangeCase) -> str:
    found = []
    if case.completed_on:
        found.append(f"变更完成日期{chinese(case.completed_on)}，依据{case.basis_kind}{case.basis_doc_no}")
    if case.reported_at:
        arrived = chinese(legal_day(case.reported_at))
        found.append(f"{arrived}报到市州，{change_prefills.timeliness(case)}")
    return f"{'；'.join(found)}。" if found else ""
