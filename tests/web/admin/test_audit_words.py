"""Whoever audits reads what was done in words: every action that is recorded has a name."""

import re
from pathlib import Path

from web.admin.audit_words import ACTIONS

PROJECT = Path(__file__).resolve().parents[3]
ROOMS = ("engine", "clusters", "handlers", "web", "qilian")
NAME = re.compile(r'"([a-z_]+\.[a-z_]+)"')
FAR = 300  # characters between the call and its action


def recorded():
    """The first literal action after each call; f-strings make theirs from names that are listed too."""
    for room in ROOMS:
        for path in (PROJECT / room).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            for call in re.finditer(r"audit\.record\(", text):
                found = NAME.search(text, call.end(), call.end() + FAR)
                if found:
                    yield found.group(1)


def test_every_recorded_action_has_a_name():
    assert sorted(set(recorded()) - set(ACTIONS)) == []


def test_firings_have_names_too():
    assert {"timer.fired", "job.fired", "start.fired"} <= set(ACTIONS)
