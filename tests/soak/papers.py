"""What stands for words and files in the long run; forms are filled as the sandbox's people fill them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.forms import Form
from qilian.sandbox import filling

Data = dict[str, Any]
USCC = filling.USCC
WORDS = "测试内容（虚构），按照规定办理，情况属实。"
FILE = [{"id": "f1", "name": "盖章件.pdf", "sha256": "a" * 64, "size": 1, "media_type": "application/pdf"}]


def scan(number: int) -> list[Data]:
    """A scanned document like no other."""
    return [{**FILE[0], "sha256": f"{number:064x}"}]


def filled(form: Form, blank: Mapping[str, Any], answers: Mapping[str, Any], today: date) -> Data:
    """What was prefilled, over it the answers, and a value for whatever is still asked."""
    return filling.filled(form, blank, answers, today, FILE, WORDS)
