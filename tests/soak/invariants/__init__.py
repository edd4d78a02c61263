"""What must be true on every single day, whatever people did. Each gives the faults it finds, in words."""

from tests.soak.invariants import adverse, designation, obligations
from tests.soak.invariants.look import Invariant, Look, Memory

EVERY_DAY: tuple[Invariant, ...] = (
    obligations.each_obligation_exactly_once,
    obligations.a_lost_title_owes_nothing,
    obligations.nothing_is_left_hanging,
)
# What was true stays true until something is recorded.
WHEN_CHANGED: tuple[Invariant, ...] = (
    obligations.register_moves_as_allowed,
    obligations.an_expired_title_is_kept_while_undecided,
    obligations.a_renewal_follows_without_a_gap,
    obligations.nobody_is_reminded_of_what_is_past,
    obligations.no_running_date_moves_earlier,
    adverse.nothing_adverse_from_a_provisional_date,
    adverse.nothing_adverse_from_the_citys_lateness,
    adverse.nothing_adverse_for_a_change_that_was_reported,
    adverse.nothing_adverse_for_who_applied_or_was_not_called,
    adverse.late_only_by_a_confirmed_date,
    adverse.every_adverse_act_has_person_reason_and_notice,
    adverse.no_state_without_its_ground,
    adverse.conclusions_and_grades_are_peoples,
    adverse.awards_go_to_the_excellent_who_held_the_title,
    designation.nobody_is_designated_before_the_notice_is_over,
    designation.nobody_is_designated_over_an_open_objection,
    designation.results_of_reexaminations_are_on_notice_for_full_days,
)

__all__ = ["EVERY_DAY", "WHEN_CHANGED", "Invariant", "Look", "Memory"]
