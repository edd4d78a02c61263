"""Three minutes through the best of it: stations found in the sandbox's data, not hard-wired to it."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.applications.models import Application
from clusters.people.models import Organisation, Person, PersonRole
from clusters.register.models import Notice
from engine.models import Instance, WorkItem

LAPSED = date(2026, 11, 23)


@dataclass(frozen=True)
class Station:
    """`person` is who works there; `href` the page; `look` what to look at, in the reader's words."""

    title: str
    look: str
    href: str
    person: str | None


def stations(session: Session, today: date) -> list[Station]:
    found = [
        _threshold(session),
        _returned(session),
        _in_review(session),
        _notice(session),
        _public(session),
        _register(session),
        _assessment(session),
        _years(session),
        _gate(session, today),
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


def _public(session: Session) -> Station | None:
    notice = session.scalars(sa.select(Notice).order_by(Notice.published_at.desc()).limit(1)).first()
    if notice is None:
        return None
    return Station(
        "公众看到的公示",
        "不用登录：名单、首日和末日、还剩几个工作日、怎样提出异议；页脚有公示正文的校验值。"
        "提一件异议，会得到查询编号，省厅经办随即收到待办。",
        f"/public/notices/{notice.no}",
        None,
    )


def _assessment(session: Session) -> Station | None:
    item = _open_item(session, "assess_cluster")
    if item is None:
        return None
    return Station(
        "年度考核",
        "去年认定的集群在今年一月第一个工作日自动发起年报，二月底前报送；现在考核评分，"
        "系统分逐项列出算法，只有“优秀”并有资金文件的才能登记奖励。",
        f"/tasks/{item.id}",
        _holder(session, "prov_clerk", "620000"),
    )


def _years(session: Session) -> Station:
    return Station(
        "一个集群的六年",
        "“六年一览”分八章，按一章，时间走到那一章的末日，轮到谁办就由谁办：认定、年报和奖励、变更备案、细则到期、"
        "迟报和申辩、复核延长、撤销、典型案例。每一步都可以点开看，也可以换成那个人自己办。"
        "2027 年至 2030 年用的是演示日历。",
        "/sandbox/years",
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


def _gate(session: Session, today: date) -> Station | None:
    """Time moves forward only: who is past the day on which the rule is out of force cannot go there."""
    if today > LAPSED:
        return None
    clerk = _holder(session, "prov_clerk", "620000")
    return Station(
        "实施细则到期以后",
        "把时间拨到 2026 年 11 月 23 日再开放新批次：没有延续执行文件的文号，系统依据第二十一条不予开放。",
        "/batches",
        clerk,
    )
