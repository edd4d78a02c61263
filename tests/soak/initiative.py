"""What people begin without being asked: proposals, changes, batches, objections, case studies."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from clusters import numbering
from clusters.applications import applications
from clusters.batches import batches
from clusters.batches.models import Batch
from clusters.changes import changes
from clusters.objections import objections
from clusters.publicity import publicity
from clusters.publicity.models import PublicityCase
from clusters.reexamination import reexamination_batches
from clusters.reexamination.models import ReexaminationCall
from clusters.register import register
from clusters.register.models import Cluster, Notice
from clusters.revocation import proposals
from clusters.revocation.evidence import Paper
from clusters.revocation.models import RevocationProposal
from engine import messages
from engine.clock import SHANGHAI
from engine.errors import CalendarUnavailable, Conflict, NotAllowed, NotFound, Refused
from engine.instances import NewInstance
from engine.models import Instance
from tests.soak.actors import Actors
from tests.soak.papers import WORDS, scan
from tests.soak.world import PROVINCE, World

# A refusal is an answer here too: two of a kind, a title that is gone, a calendar that is missing.
ANSWERED = (Refused, Conflict, NotFound, NotAllowed)
MINUTE = timedelta(minutes=1)


class Initiative:
    """Each act has its share of working days, by the number of clusters where it is theirs."""

    def __init__(self, world: World, actors: Actors, counties: list[str]) -> None:
        self.world, self.actors, self.counties = world, actors, counties
        self.begun: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.objected: set[tuple[str, str]] = set()

    def work(self) -> None:
        today, random = self.world.today, self.world.random
        if today.weekday() >= 5:
            return
        size = len(self.counties)
        for share, act in (
            (0.0002 * size, self.accuse), (0.01, self.take_back), (0.0012 * size, self.report_change),
            (0.0012 * size, self.find_change), (0.03, self.call_for_reexamination), (0.3, self.serve_calls),
            (0.012, self.open_batch), (0.0006 * size, self.write_case_study), (0.02, self.withdraw_consent),
            (0.01, self.withdraw_application), (0.2, self.extend_batch),
        ):  # fmt: skip
            if random.random() < share:
                self._try(act)
        self._try(self.apply)
        for notice in self._notices():
            self._try(partial(self.object_to, notice), "object_to")

    def _try(self, act: Callable[[], bool], name: str = "") -> None:
        try:
            if act():
                self.begun[name or act.__name__] += 1
                self.world.engine.settle()
        except ANSWERED as refusal:
            self.refused[f"{name or act.__name__}: {refusal}"[:200]] += 1
        except CalendarUnavailable:
            pass

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        with self.world.database.write() as session:
            yield session

    def _start(self, session: Session, new: NewInstance, by: str, **data: object) -> None:
        self.world.engine.start_in(session, new, by=by, data=data)

    def _some_cluster(self, session: Session) -> Cluster | None:
        standing = register.standing(session)
        return self.world.random.choice(standing) if standing else None

    def _number(self) -> int:
        self.actors.number += 1
        return self.actors.number

    # --- 第十九条 ---------------------------------------------------------------------------------

    def accuse(self) -> bool:
        """A city proposes on a ground that no timer knows (19-2b), with an effective paper."""
        now, today = self.world.clock.now(), self.world.today
        with self._writing() as session:
            cluster = self._some_cluster(session)
            if cluster is None:
                return False
            number = self._number()
            doc_no = f"测试罚〔{today.year}〕{number}号"
            paper = Paper("行政处罚决定书（虚构）", scan(number), doc_no, "测试机关", today)
            clerk = self.world.holder(session, "city_clerk", cluster.city_code)
            proposal = proposals.propose(
                session, cluster, "19-2b", facts="测试事实（虚构）", evidence=[paper], by=clerk, on=today,
                at=now, source=None,
            )  # fmt: skip
            data = proposals.start_data(proposal, cluster)
            new = NewInstance(proposals.PROCESS, proposal.no, data.pop("title"), data.pop("scope"))
            self._start(session, new, clerk, **data)
        return True

    def take_back(self) -> bool:
        """Whoever proposed thinks better of it."""
        with self.world.database.read() as session:
            made = sa.select(RevocationProposal).where(
                RevocationProposal.proposed_by.is_not(None), RevocationProposal.status == "proposed"
            )
            proposal = session.scalars(made.order_by(RevocationProposal.no)).first()
        if proposal is None or proposal.proposed_by is None:
            return False
        self.world.engine.send("withdraw_proposal", proposal.no, by=proposal.proposed_by)
        return True

    # --- 第十七条 ---------------------------------------------------------------------------------

    def report_change(self) -> bool:
        return self._change("self_report", "county_clerk")

    def find_change(self) -> bool:
        return self._change("onsite", "city_clerk")

    def _change(self, found_in: str, role: str) -> bool:
        today, now = self.world.today, self.world.clock.now()
        with self._writing() as session:
            cluster = self._some_cluster(session)
            if cluster is None:
                return False
            scope = cluster.county_code if role == "county_clerk" else cluster.city_code
            by = self.world.holder(session, role, scope)
            done = today - timedelta(days=self.world.random.randrange(0, 40))
            case = changes.open_case(
                session, cluster, ["operator"], found_in=found_in, by=by, on=today, at=now, completed_on=done,
                note=WORDS,
            )  # fmt: skip
            new = NewInstance(changes.PROCESS, case.no, f"{cluster.name}变更报备", cluster.county_code)
            self._start(session, new, by, cluster_no=cluster.cluster_no)
        return True

    # --- 第十六条 ---------------------------------------------------------------------------------

    def call_for_reexamination(self) -> bool:
        """In some years the province does not get round to it."""
        today = self.world.today
        if (today.year * 7 + self.world.seed) % 4 == 0:
            return False
        with self._writing() as session:
            if not reexamination_batches.candidates(session, today) or self._is_opening(session):
                return False
            key = numbering.reexamination_batch_key(session, today.year)
            by = self.world.holder(session, "prov_clerk")
            self._start(session, NewInstance("reexamination_batch", key, f"复核批次 {key}", PROVINCE), by)
        return True

    @staticmethod
    def _is_opening(session: Session) -> bool:
        under_way = Instance.process_key == "reexamination_batch", Instance.status == "running"
        return session.scalar(sa.select(Instance.id).where(*under_way).limit(1)) is not None

    def serve_calls(self) -> bool:
        """The notice of a batch is served on one cluster after the other; on some never."""
        with self._writing() as session:
            open_ = sa.select(ReexaminationCall).where(ReexaminationCall.served_on.is_(None))
            calls = [c for c in session.scalars(open_.order_by(ReexaminationCall.id)) if c.id % 7]
            if not calls:
                return False
            call = calls[0]
            day = self.world.today
            reexamination_batches.serve(session, call.batch_key, call.cluster_no, day, "签收人：示例", day)
        return True

    # --- 第十三条、第十四条 ---------------------------------------------------------------------------

    def open_batch(self) -> bool:
        with self._writing() as session:
            running = Instance.process_key == "designation_batch", Instance.status == "running"
            if session.scalar(sa.select(Instance.id).where(*running).limit(1)) is not None:
                return False
            key = batches.next_key(session, self.world.today.year)
            by = self.world.holder(session, "prov_clerk")
            self._start(
                session, NewInstance("designation_batch", key, f"测试批次{key}（虚构）", PROVINCE), by
            )
        return True

    def apply(self) -> bool:
        """While a batch is open a few counties apply."""
        today, now = self.world.today, self.world.clock.now()
        with self.world.database.read() as session:
            query = sa.select(Batch).where(Batch.kind == "application", Batch.status == "open")
            batch = session.scalars(query.where(Batch.county_due > today + timedelta(days=25))).first()
        if batch is None or self.world.random.random() > 0.4:
            return False
        county = self.world.random.choice(self.counties)
        with self._writing() as session:
            by = self.world.holder(session, "county_clerk", county)
            row = applications.start(session, county, by, now, batch.key, fictional=True)
            new = NewInstance("designation", row.case_no, f"{county}集群申报", county)
            data = applications.first_data(session, row)
            applications.attach(
                session, row.case_no, self.world.engine.start_in(session, new, by=by, data=data)
            )
        return True

    def extend_batch(self) -> bool:
        """A city that lets the closing day pass asks the province for a later one."""
        with self._writing() as session:
            passed = Batch.status == "open", Batch.recommend_due < self.world.today
            batch = session.scalars(sa.select(Batch).where(Batch.kind == "application", *passed)).first()
            running = Instance.process_key == "recommendation", Instance.status == "running"
            if batch is None or session.scalar(sa.select(Instance.id).where(*running).limit(1)) is None:
                return False
            later = self.world.today + timedelta(days=20)
            paper = f"测试延〔{later.year}〕{self._number()}号"
            batches.extend(
                session, batch.key, paper, WORDS, batch.county_due, later,
                self.world.holder(session, "prov_clerk"), self.world.clock.now(),
            )  # fmt: skip
        return True

    def withdraw_application(self) -> bool:
        """第十二条: whoever applies of their own will may withdraw, until the list is published."""
        with self.world.database.read() as session:
            query = sa.select(Instance).where(
                Instance.process_key == "designation", Instance.status == "running"
            )
            case = session.scalars(query.order_by(Instance.business_key)).first()
            if case is None:
                return False
            by = self.world.holder(session, "county_clerk", case.scope)
        self.world.engine.send("withdraw", case.business_key, by=by)
        return True

    # --- 第十五条 ---------------------------------------------------------------------------------

    def _notices(self) -> list[Notice]:
        with self.world.database.read() as session:
            recent = Notice.last_day >= self.world.today - timedelta(days=60)
            return list(session.scalars(sa.select(Notice).where(recent).order_by(Notice.no)))

    def object_to(self, notice: Notice) -> bool:
        """While the notice runs, at 23:59 of its last day, at 00:00 of the next, and long after."""
        now, today = self.world.clock.now().astimezone(SHANGHAI), self.world.today
        midnight = datetime.combine(notice.last_day + timedelta(days=1), time(0), SHANGHAI)
        for kind, raised_at, chance in (
            ("during", now if today <= notice.last_day else None, 0.05),
            ("at 23:59", midnight - MINUTE if now >= midnight else None, 0.5),
            ("at 00:00", midnight if now >= midnight else None, 0.5),
            ("later", now if today > notice.last_day + timedelta(days=20) else None, 0.05),
        ):
            if raised_at is None or (notice.no, kind) in self.objected:
                continue
            if self.world.random.random() > chance:
                continue
            self.objected.add((notice.no, kind))
            return self._object(notice, kind, raised_at, raised_at < midnight)
        return False

    def _object(self, notice: Notice, kind: str, raised_at: datetime, in_time: bool) -> bool:
        now, number = self.world.clock.now(), self._number()
        with self._writing() as session:
            listed = session.get_one(Notice, notice.no).items
            item = self.world.random.choice(list(listed))
            named = self.world.random.random() < 0.9
            raised = objections.Raised(
                notice.no, item.case_no, "letter", self.world.random.choice(("data", "other")),
                f"{WORDS}{number}", raised_at, name=f"异议人{number}（虚构）" if named else "",
                contact="13900000000" if named else "", evidence=scan(number),
            )  # fmt: skip
            clerk = self.world.holder(session, "prov_clerk")
            made = objections.register(session, self.world.services.vault, raised, by=clerk, now=now)
            row = made.objection
            assert row.is_lead == (not (named and (in_time or notice.provisional))), (
                f"{row.no}, raised {kind} of {notice.no}, is a lead because {row.lead_reason}"
            )
            self._start(
                session, NewInstance(objections.PROCESS, row.no, f"异议 {row.no}", PROVINCE), clerk,
                **objections.first_data(row),
            )  # fmt: skip
        return True

    # --- 第十一条 ---------------------------------------------------------------------------------

    def write_case_study(self) -> bool:
        level = self.world.random.choice(("county", "city", "province"))
        role = {"county": "county_clerk", "city": "city_clerk", "province": "prov_clerk"}[level]
        with self._writing() as session:
            cluster = self._some_cluster(session)
            if cluster is None:
                return False
            scope = {"county": cluster.county_code, "city": cluster.city_code}.get(level, PROVINCE)
            by = self.world.holder(session, role, scope)
            row = publicity.begin(session, cluster, level, by, self.world.clock.now())
            new = NewInstance(publicity.PROCESS, row.no, f"{cluster.name}典型案例", cluster.county_code)
            self._start(session, new, by, **publicity.start_data(row))
        return True

    def withdraw_consent(self) -> bool:
        now = self.world.clock.now()
        with self._writing() as session:
            query = sa.select(PublicityCase.no).where(PublicityCase.status.in_(publicity.AGREED))
            no = session.scalar(query.order_by(PublicityCase.no).limit(1))
            if no is None:
                return False
            row, cluster = publicity.locked(session, no)
            by = self.world.holder(session, "county_clerk", cluster.county_code)
            publicity.withdraw(row, cluster, publicity.OPERATOR, WORDS, self.world.today, now)
            messages.post(
                session, now, by, source=f"withdraw:{row.no}", name=publicity.WITHDRAW, to=row.no, payload={}
            )
        return True
