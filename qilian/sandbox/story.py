"""How the sandbox came to be: eight clusters at different stages in three prefectures.

Batches of 2023 and early 2024 are played from beginning to end; the open batch of 2024 holds cases
at every stage. Legal time moves from 2023-03-01 to 2024-05-20.
"""

from datetime import date
from typing import Any

from clusters.applications import applications
from qilian.sandbox import papers
from qilian.sandbox.play import Case, Play

DINGXI, JIUQUAN, TIANSHUI = "621100", "620900", "620500"
Data = dict[str, Any]


class Story:
    """Plays the past. `play.until` fires what comes due on the way."""

    def __init__(self, play: Play) -> None:
        self.play = play

    def tell(self) -> None:
        self._year_2023()
        self._early_2024()
        self._open_batch()

    # --- batches --------------------------------------------------------------------------------

    def _year_2023(self) -> None:
        """Designated last year; its notice ran across the make-up Saturday of 7 October 2023."""
        play = self.play
        batch = play.open_batch(
            "2023年度集群认定申报批次（虚构）", "示例通知〔2023〕1号", date(2023, 5, 31), date(2023, 7, 31)
        )
        case = self._to_review("621123", "渭源县中药材集群（虚构）", "中药材加工", batch, DINGXI)
        play.until(2023, 6, 20)
        self._recommend(batch, DINGXI, "示例工信发〔2023〕11号")
        self._province(case)
        play.until(2023, 9, 20)
        play.act(batch, "selection", lambda blank: papers.selection(blank, play.today, batch.file))
        play.until(2023, 9, 27)
        play.act(batch, "publish_notice", lambda _: papers.notice(play.today, batch.file))
        play.until(2023, 10, 12)
        play.act(batch, "decide_designation", lambda _: papers.decision(play.today, batch.file))

    def _early_2024(self) -> None:
        """In notice on the day on which the sandbox opens."""
        play = self.play
        play.until(2023, 12, 4)
        batch = play.open_batch(
            "2024年度第一批集群认定申报批次（虚构）",
            "示例通知〔2023〕9号",
            date(2024, 1, 31),
            date(2024, 3, 29),
        )
        case = self._to_review("620902", "肃州区装备制造集群（虚构）", "专用设备制造", batch, JIUQUAN)
        play.until(2024, 1, 15)
        self._recommend(batch, JIUQUAN, "示例工信发〔2024〕3号")
        self._province(case)
        play.until(2024, 4, 15)
        play.act(batch, "selection", lambda blank: papers.selection(blank, play.today, batch.file))
        self._publish_in_may = lambda: play.act(
            batch, "publish_notice", lambda _: papers.notice(play.today, batch.file)
        )

    def _open_batch(self) -> None:
        play = self.play
        play.until(2024, 4, 16)
        batch = play.open_batch(
            "2024年度第二批集群认定申报批次（虚构）",
            "示例通知〔2024〕4号",
            date(2024, 6, 28),
            date(2024, 8, 30),
        )
        waiting = self._to_review("620523", "甘谷县农机装备集群（虚构）", "农业机械制造", batch, TIANSHUI)
        self._recommend(batch, TIANSHUI, "示例工信发〔2024〕8号")
        self._province(waiting)
        play.until(2024, 5, 7)
        withdrawn = self._submitted("620981", "玉门市新能源装备集群（虚构）", "新能源装备制造", batch)
        in_review = self._submitted("621102", "安定区马铃薯加工集群（虚构）", "淀粉及制品制造", batch)
        play.later(1)
        play.act(in_review, "accept_application", papers.acceptance)
        returned = self._submitted("621124", "临洮县铝材加工集群（虚构）", "铝压延加工", batch)
        play.until(2024, 5, 13)
        play.act(returned, "accept_application", papers.correction)
        clerk = play.holder("county_clerk", "620981")
        play.engine.send("withdraw", withdrawn.key, by=clerk)
        play.until(2024, 5, 16)
        self._publish_in_may()
        play.until(2024, 5, 17)
        self._drafts(batch)
        play.until(2024, 5, 20)

    def _drafts(self, batch: Case) -> None:
        """One hardly begun, one complete whose leading industry stands at exactly 70.00 %."""
        play = self.play
        begun = play.start("621125", batch.key)
        play.draft(begun, "fill_application", lambda _: {"cluster_name": "漳县盐化工集群（虚构）"})
        at_threshold = play.start("621122", batch.key)
        data = papers.leading_share_of_exactly_70(
            self._application(at_threshold, "陇西县中医药集群（虚构）", "中医药加工")
        )
        play.draft(at_threshold, "fill_application", lambda _: data)

    # --- stretches of the way -------------------------------------------------------------------

    def _application(self, case: Case, name: str, industry: str) -> Data:
        form, _, _ = self.play.opened(case, "fill_application")
        return papers.application(form, case.file, case.scope, name, industry, self.play.today.year)

    def _submitted(self, county: str, name: str, industry: str, batch: Case) -> Case:
        case = self.play.start(county, batch.key)
        data = self._application(case, name, industry)
        self.play.act(case, "fill_application", lambda _: data)
        self.play.later(1)
        self.play.act(case, "approve_application", lambda _: papers.approval(case.file))
        return case

    def _to_review(self, county: str, name: str, industry: str, batch: Case, city: str) -> Case:
        """From the county to the signed opinion of the city."""
        play = self.play
        case = self._submitted(county, name, industry, batch)
        play.later(2)
        play.act(case, "accept_application", papers.acceptance)
        play.later(1)
        play.act(case, "consult_departments", lambda blank: papers.replies(blank, play.today))
        play.later(3)
        self._inspect(case, "city_onsite_check", "city_inspector", city, "市级核查组（虚构）")
        play.later(1)
        play.act(case, "preliminary_review", papers.review)
        play.later(1)
        play.act(case, "sign_review", lambda _: papers.signature())
        return case

    def _inspect(self, case: Case, element: str, role: str, scope: str, org: str) -> None:
        data = self._application_of(case)
        names, today = self.play.names(role, scope), self.play.today
        self.play.act(
            case, element, lambda _: papers.inspection(data, names, org, today, case.file, case.photos)
        )

    def _application_of(self, case: Case) -> Data:
        with self.play.engine.database.read() as session:
            return applications.effective_application(session, case.id)[0]

    def _recommend(self, batch: Case, city: str, letter_no: str) -> None:
        play = self.play
        listing = play.recommendation(batch, city)
        play.act(
            listing, "recommend",
            lambda blank: papers.recommendation(blank, play.today, letter_no, listing.file),
        )  # fmt: skip

    def _province(self, case: Case) -> None:
        play = self.play
        play.later(1)
        play.act(case, "formal_check", lambda _: papers.formal_check())
        play.later(1)
        self._inspect(case, "province_onsite_check", "prov_inspector", "620000", "省级核查组（虚构）")
        play.later(1)
        play.act(case, "re_review", papers.re_review)
        play.later(1)
        play.act(case, "sign_re_review", lambda _: papers.signature())
