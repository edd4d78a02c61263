"""实地抽查: the sample drawn, the record of the inspection, and what it permits (F04, art. 14, 15)."""

from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters.annex.standard import Standard
from clusters.applications import applications, random_draw
from clusters.applications.models import Application, OnsiteCheck, OnsiteDraw
from clusters.filed import Filed
from clusters.people.models import Organisation
from engine.errors import Problem, Refused
from engine.ids import new_id

ELEMENTS = {"city": "city_onsite_check", "province": "province_onsite_check"}
REEXAMINATION = "reexam_onsite_check"  # of a re-examination: by the city, once (art. 16)
ARTICLES = {"city": "第十四条", "province": "第十五条"}
CLEAN = frozenset({"consistent", "minor_difference"})
FALSE = "false_suspected"


# --- the sample -------------------------------------------------------------------------------


def members(session: Session, instance_id: str) -> list[str]:
    """The enterprises of the roster that count, from which a sample is drawn (A-04)."""
    data, _ = applications.effective_application(session, instance_id)
    return [str(row.get("uscc")) for row in data.get("enterprises") or [] if row.get("in_boundary")]


def needed_sites(standard: Standard, population: int) -> int:
    least = int(standard.practice["onsite_sites"].value)
    return random_draw.sample_size(population, least, Fraction(standard.practice["onsite_share"].value))


def draw_of(session: Session, instance_id: str, element: str) -> OnsiteDraw | None:
    query = sa.select(OnsiteDraw).where(OnsiteDraw.instance_id == instance_id, OnsiteDraw.element == element)
    return session.scalars(query).first()


def draw_sample(
    session: Session, instance_id: str, element: str, standard: Standard, by: str, now: datetime
) -> OnsiteDraw:
    """Draw once. Asking again gives the same draw: nobody draws until the sample pleases."""
    known = draw_of(session, instance_id, element)
    if known is not None:
        return known
    population = sorted(set(members(session, instance_id)))
    if not population:
        raise Refused([Problem("企业名单中没有可供抽查的企业。", "sites", "第十四条")])
    seed = random_draw.new_seed()
    row = OnsiteDraw(
        id=new_id(), instance_id=instance_id, element=element, seed=seed, population=population,
        drawn=random_draw.draw(population, needed_sites(standard, len(population)), seed),
        drawn_by=by, drawn_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


# --- the record -------------------------------------------------------------------------------


def record(
    session: Session, application: Application, level: str, form: Filed, standard: Standard, today: date,
    now: datetime,
) -> OnsiteCheck:  # fmt: skip
    """Keep the record of an inspection when it is one: two inspectors, enough sites, a conclusion."""
    element = REEXAMINATION if application.kind == "reexamination" else ELEMENTS[level]
    draw = draw_of(session, form.instance_id, element)
    found = [
        *_date_problems(form, today),
        *_team_problems(session, application, form, standard),
        *_site_problems(session, form, standard, draw),
        *_conclusion_problems(form),
    ]
    if found:
        raise Refused(replace(problem, article=ARTICLES[level]) for problem in found)
    row = OnsiteCheck(
        case_no=application.case_no, **form.source, level=level, conclusion=form.text("conclusion"),
        checked_to=form.day("check_date_to"), draw_id=draw.id if draw else None, at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def latest(session: Session, case_no: str, level: str) -> OnsiteCheck | None:
    query = sa.select(OnsiteCheck).where(OnsiteCheck.case_no == case_no, OnsiteCheck.level == level)
    return session.scalars(query.order_by(OnsiteCheck.id.desc())).first()


def _date_problems(form: Filed, today: date) -> list[Problem]:
    first, last = form.day("check_date_from"), form.day("check_date_to")
    if first is None or last is None:
        return [Problem("请填写抽查日期。", "check_date_from")]
    found = []
    if last < first:
        found.append(Problem("抽查的止日早于起日。", "check_date_to"))
    if last > today:
        found.append(Problem("抽查日期不能晚于今天。", "check_date_to"))
    return found


def _team_problems(
    session: Session, application: Application, form: Filed, standard: Standard
) -> list[Problem]:
    team = form.rows("team")
    least = int(standard.practice["onsite_team"].value)
    names = {str(row.get("name") or "").strip() for row in team} - {""}
    found = []
    if len(names) < least:
        found.append(Problem(f"实地抽查应不少于{least}人。", "team"))
    applicants = session.scalars(
        sa.select(Organisation.name).where(
            Organisation.level == "county", Organisation.region_code == application.county_code
        )
    ).all()
    for index, row in enumerate(team):
        if str(row.get("org") or "").strip() in applicants:
            found.append(Problem("抽查人员不能来自申报单位。", f"team.{index}.org", row=index + 1))
    return found


def _site_problems(
    session: Session, form: Filed, standard: Standard, draw: OnsiteDraw | None
) -> list[Problem]:
    population = set(members(session, form.instance_id))
    visited = {str(row.get("uscc") or "") for row in form.rows("sites")}
    found = [
        Problem(f"{code or '（空）'}不在企业名单的有效企业中。", "sites")
        for code in sorted(visited - population)
    ]
    method = form.data.get("sampling_method")
    needed = len(population) if method == "full" else needed_sites(standard, len(population))
    if len(visited & population) < needed:
        message = f"应抽查企业不少于{needed}户，现为{len(visited & population)}户。"
        found.append(Problem(message, "sites"))
    if method == "random":
        found += _draw_problems(form, visited, draw)
    return found


def _draw_problems(form: Filed, visited: set[str], draw: OnsiteDraw | None) -> list[Problem]:
    if draw is None:
        return [Problem("随机抽样应由系统抽取并留存种子，请先抽取样本。", "sampling_method")]
    left_out = [code for code in draw.drawn if code not in visited]
    if left_out and not form.text("unvisited_reason"):
        message = f"抽中的企业{'、'.join(left_out)}未抽查，请说明理由。"
        return [Problem(message, "unvisited_reason")]
    return []


def _conclusion_problems(form: Filed) -> list[Problem]:
    found = []
    if not form.data.get("conclusion"):
        found.append(Problem("请填写抽查结论。", "conclusion"))
    if not form.data.get("county_confirm") and not form.text("county_confirm_refused"):
        found.append(Problem("请上传被查单位的签字确认，或写明拒签情况。", "county_confirm"))
    return found


def permits_recommendation(check: OnsiteCheck | None, level: str) -> list[Problem]:
    """Why nobody may judge in the applicant's favour on this inspection (art. 14, 15)."""
    if check is None:
        return [Problem("没有实地抽查记录。", "recommend", ARTICLES[level])]
    if check.conclusion == FALSE:
        return [Problem("实地抽查发现涉嫌虚假，不能作出有利的结论。", "recommend", "第十九条")]
    if check.conclusion not in CLEAN:
        return [Problem("实地抽查结论为与申报不符，不能作出有利的结论。", "recommend", ARTICLES[level])]
    return []
