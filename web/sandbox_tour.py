"""Three minutes through the best of it: stations found in the sandbox's data, not hard-wired to it."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.models_applications import Application
from clusters.models_people import Organisation, Person, PersonRole
from engine.models import Instance, WorkItem


@dataclass(frozen=True)
class Station:
    """`person` is who works there; `href` the page; `look` what to look at, in the reader's words."""

    title: str
    look: str
    href: str
    person: str | None


def stations(session: Session) -> list[Station]:
    found = [
        _threshold(session),
        _returned(session),
        _in_review(session),
        _notice(session),
        _register(session),
        _gate(session),
    ]
    return [s for s in found if s is not None]


def _holder(session: Session, role: str, scope: str) -> str | None:
    query = (
        sa.select(Person.id)
        .join(PersonRole, PersonRole.person_id == Person.id)
        .join(Organisation, Organisation.id == Person.org_id)
        .where(PersonRole.role == role, Organisation.region_code == scope, Person.fictional)
        .order_by(Person.login)
    )
    return session.scalars(query.limit(1)).first()


def _open_item(session: Session, element: str, *conditions: sa.ColumnElement[bool]) -> WorkItem | None:
    query = (
        sa.select(WorkItem)
        .join(Instance, Instance.id == WorkItem.instance_id)
        .where(WorkItem.element == element, WorkItem.status == "open", *conditions)
        .order_by(WorkItem.number.desc())
    )
    return session.scalars(query.limit(1)).first()


def _threshold(session: Session) -> Station | None:
    item = _open_item(session, "fill_application", Instance.scope == "621122")
    if item is None:
        return None
    return Station(
        "主导产业占比恰为 70.00%，不符合",
        "标准要求“高于 70%”，恰好 70.00% 就不够。打开“八方面指标数据”，把最近一年主导产业产值"
        "由 196,000 改为 196,001 并保存，C1.8 一项随即由“不符合”变为“符合”。",
        f"/tasks/{item.id}",
        _holder(session, "county_clerk", "621122"),
    )


def _returned(session: Session) -> Station | None:
    case = session.scalars(sa.select(Application).where(Application.status == "correcting").limit(1)).first()
    if case is None:
        return None
    return Station(
        "一次性告知补正，逐项答复",
        "市州把需要补正的内容一次列清，每一项对应申报书的一处；补正期限按工作日计算，可以看到逐日的算法。",
        f"/cases/{case.instance_id}",
        _holder(session, "county_clerk", case.county_code),
    )


def _in_review(session: Session) -> Station | None:
    item = _open_item(session, "city_onsite_check")
    if item is None:
        return None
    return Station(
        "两人实地抽查，流程图上看得见",
        "流程图标出已办、办理中的环节；抽查须两名核查人员共同签署，抽样种子留存备查。",
        f"/cases/{item.instance_id}",
        _holder(session, "city_inspector", item.scope),
    )


def _notice(session: Session) -> Station | None:
    query = sa.select(Application).where(Application.status == "in_notice").limit(1)
    case = session.scalars(query).first()
    if case is None or case.batch_key is None:
        return None
    return Station(
        "公示五个完整的工作日",
        "公示期自发布次日起算，每一天为什么计入或不计入都有说明。拨动时间“到下一个期限”，公示期满后可作认定。",
        f"/batches/{case.batch_key}",
        _holder(session, "prov_clerk", "620000"),
    )


def _register(session: Session) -> Station | None:
    query = sa.select(Application).where(Application.status == "designated").limit(1)
    case = session.scalars(query).first()
    if case is None or case.batch_key is None:
        return None
    return Station(
        "横跨调休周六的公示",
        "去年的公示于 2023 年 9 月 27 日发布，10 月 7 日（周六）、8 日（周日）调休上班，计入公示期；"
        "认定后的集群进入名录，有效期三年。",
        f"/batches/{case.batch_key}",
        _holder(session, "prov_clerk", "620000"),
    )


def _gate(session: Session) -> Station | None:
    clerk = _holder(session, "prov_clerk", "620000")
    return Station(
        "实施细则到期以后",
        "把时间拨到 2026 年 11 月 23 日再开放新批次：没有延续执行文件的文号，系统依据第二十一条不予开放。",
        "/batches",
        clerk,
    )
