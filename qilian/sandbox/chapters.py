"""The six years as chapters: how far each goes, what it shows, and what in it does not go the usual way.

Everything not named here goes as it usually does: in time, complete, agreed to. People, places and
figures are fictional; the dates are those on which the regulation would have it happen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from qilian.sandbox import deeds
from qilian.sandbox.answers import Answer, annual, revocation
from qilian.sandbox.deeds import Deed

MAIN, EXPIRING, LATE_CHANGE, SILENT = "620902", "621123", "620523", "621102"
DRAFTING, BEGUN, RETURNED = "621122", "621125", "621124"  # applications that their counties take back
REPORT, CHANGE = "请尽快报送年度报告", "变更已过报备期限，请尽快报备"


@dataclass(frozen=True)
class Scene:
    """One step in one county that goes its own way. `on` None: with the usual pace; `never`: not at all."""

    element: str
    county: str
    year: int | None = None
    on: date | None = None
    answer: Answer | None = None
    never: bool = False


@dataclass(frozen=True)
class Chapter:
    """`lead` says what happens and what the law wants; `looks` are pages worth a look: words, address.

    `{main}` and the like in an address stand for the number of that county's cluster.
    """

    number: int
    title: str
    until: date
    lead: str
    looks: Sequence[tuple[str, str]]
    deeds: Sequence[tuple[date, Deed]] = ()
    scenes: Sequence[Scene] = ()

    def looks_in(self, numbers: Mapping[str, str]) -> list[tuple[str, str]]:
        """Pages about clusters that are in the register already, with their numbers."""
        missing = [f"{{{name}}}" for name, number in numbers.items() if not number]
        known = [(words, to) for words, to in self.looks if not any(name in to for name in missing)]
        return [(words, to.format_map(numbers)) for words, to in known]


PLACES = {"main": MAIN, "expiring": EXPIRING, "late": LATE_CHANGE, "silent": SILENT}
FIRST = date(2024, 5, 20)
CHAPTERS: Sequence[Chapter] = (
    Chapter(
        1, "2024 年：认定", date(2024, 12, 31),
        "肃州区的集群正在公示。公示满五个工作日没有异议，省厅作出认定，有效期三年；第二批申报经市州推荐、省级复审、"
        "公示，再认定两个。陇西、漳县、临洮三县在截止前撤回，等下一批。去年认定的渭源县补报了上一年度的报告。",
        (("公示及异议办法（公众看到的）", "/public/notices"), ("集群名录", "/register")),
        ((date(2024, 5, 20), deeds.publish_template),
         (date(2024, 5, 27), deeds.withdraw_application(RETURNED)),
         (date(2024, 6, 28), deeds.withdraw_application(DRAFTING)),
         (date(2024, 6, 28), deeds.withdraw_application(BEGUN))),
        (Scene("fill_application", RETURNED, never=True),
         Scene("assess_cluster", EXPIRING, 2023, on=date(2024, 6, 20), answer=annual.assess_late)),
    ),
    Chapter(
        2, "2025 年上半年：第一份年报", date(2025, 6, 30),
        "一月第一个工作日，系统为每个集群开出上一年度的报告。县里二月底前报送，市州核实，省厅接收，再按公布的指标考核。"
        "考核“优秀”而且当年有专项资金文件的，才登记奖励；金额照文件抄录，系统不计算。",
        (("2024 年度的年报与考核", "/annual?year=2024"), ("肃州区集群的名录页", "/register/{main}")),
        (),
        (Scene("fill_report", MAIN, 2024, answer=annual.good_year),),
    ),
    Chapter(
        3, "2025 年下半年：换了运营机构", date(2026, 1, 16),
        "运营管理机构变更是重大变更，完成之日次日起十五个工作日内报备。肃州区按时报备；甘谷县拖过期限，市里电话催报后才报："
        "备案照常办理，只是记下逾期和原因。备案不是审批，有效期不变。",
        (("肃州区的变更（按期）", "/register/{main}"), ("甘谷县的变更（逾期）", "/register/{late}")),
        ((date(2025, 9, 10), deeds.report_change(MAIN, date(2025, 9, 8))),
         (date(2025, 9, 29), deeds.report_change(LATE_CHANGE, date(2025, 9, 22))),
         (date(2025, 10, 27), deeds.urge(LATE_CHANGE, "file_change", None, CHANGE))),
        (Scene("file_change", LATE_CHANGE, on=date(2025, 11, 4)),),
    ),
    Chapter(
        4, "2026 年上半年：细则到期，一份年报迟了", date(2026, 6, 30),
        "2026 年 1 月 16 日《实施细则》有效期届满。次日起，没有延续执行文件的文号就不能开放新批次；"
        "已经认定的集群不受影响，年报、变更照常办理，按认定时的规则。肃州区的报告到期未报，市里两次电话催报；宽限期满，系统提出撤销建议，"
        "省厅告知，县里陈述申辩并补报，厅领导决定情形不成立。提出建议的是系统，作决定的是人。",
        (("规则的版本与有效期", "/rules"), ("申报批次：现在开不了新批次", "/batches"),
         ("肃州区集群的名录页：拟撤销，又恢复", "/register/{main}")),
        ((date(2026, 3, 4), deeds.urge(MAIN, "fill_report", 2025, REPORT)),
         (date(2026, 3, 11), deeds.urge(MAIN, "fill_report", 2025, REPORT))),
        (Scene("fill_report", MAIN, 2025, on=date(2026, 3, 30)),
         Scene("receive_statement", MAIN, on=date(2026, 4, 3)),
         Scene("assess_cluster", MAIN, 2025, answer=annual.assess_late)),
    ),
    Chapter(
        5, "2026 年下半年：有效期届满，没有规则可依", date(2027, 1, 3),
        "渭源县的集群 2026 年 10 月 12 日期满。细则已经到期，省厅没有延续执行文件，开不了复核批次；"
        "拖延不在集群，称号保留，名录写明“有效期届满，复核中”，不产生不利后果。",
        (("渭源县集群的名录页", "/register/{expiring}"), ("公众看到的名录", "/public/register")),
    ),
    Chapter(
        6, "2027 年：复核，有效期接着算", date(2027, 12, 31),
        "2027 年起有演示用的延续执行文件。省厅开放复核批次，通知送达四个集群；"
        "县里逐项填报三年规划的完成情况，市州审查并实地抽查，省厅审查、公示，厅领导决定通过。新的有效期从原届满日的次日起算，中间没有空档。",
        (("申报与复核批次", "/batches"), ("肃州区集群的名录页：第二届", "/register/{main}"),
         ("渭源县：从 2026 年 10 月接着算", "/register/{expiring}")),
        ((date(2027, 3, 18), deeds.open_reexamination), (date(2027, 3, 25), deeds.serve_reexamination)),
        (Scene("fill_report", MAIN, 2026, answer=annual.good_year),),
    ),
    Chapter(
        7, "2028 年：一个集群被撤销", date(2028, 12, 29),
        "安定区不再报送年报。两次电话催报有凭据，宽限期满，系统提出撤销建议；省厅审查、告知，十个工作日内没有陈述申辩，"
        "复核后由厅领导决定撤销并公布。名录保留沿革；以后不再发起年报，也不能奖励。",
        (("安定区集群的名录页：已撤销", "/register/{silent}"), ("公众看到的名录", "/public/register")),
        ((date(2028, 3, 2), deeds.urge(SILENT, "fill_report", 2027, REPORT)),
         (date(2028, 3, 9), deeds.urge(SILENT, "fill_report", 2027, REPORT))),
        (Scene("fill_report", SILENT, 2027, never=True), Scene("receive_statement", SILENT, never=True),
         Scene("city_opinion", SILENT, answer=revocation.support),
         Scene("decide_revocation", SILENT, answer=revocation.revoke)),
    ),
    Chapter(
        8, "2029—2030 年：典型案例，第二次复核", date(2030, 6, 28),
        "年报、考核照常。肃州区的做法写成典型案例：运营机构书面同意，别人审查商业秘密，然后发布；同意随时可以撤回，"
        "撤回后三个工作日内下架。渭源、肃州、甘谷先后第二次复核，有效期延续到 2032 年、2033 年。",
        (("肃州区集群的名录页：沿革", "/register/{main}"), ("公众看到的名录", "/public/register"),
         ("2029 年度的年报与考核", "/annual?year=2029")),
        ((date(2029, 5, 8), deeds.open_reexamination), (date(2029, 5, 15), deeds.serve_reexamination),
         (date(2029, 6, 5), deeds.begin_case_study(MAIN)),
         (date(2030, 2, 25), deeds.withdraw_consent(MAIN)),
         (date(2030, 3, 20), deeds.open_reexamination), (date(2030, 3, 27), deeds.serve_reexamination)),
        (Scene("fill_report", MAIN, 2028, answer=annual.good_year),),
    ),
)  # fmt: skip


def numbers_of(session: Session) -> dict[str, str]:
    """What `{main}` and the like stand for: the number of each cluster that is in the register already."""
    found = {name: deeds.cluster_of(session, county) for name, county in PLACES.items()}
    return {name: cluster.cluster_no if cluster else "" for name, cluster in found.items()}
