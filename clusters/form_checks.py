"""The checks by which forms name our codes: uscc, region, gb4754, patent.

Knows shapes and public tables; no form and no page. Importing it registers the checks once.
"""

import re

from clusters import uscc as credit_code
from clusters.people.regions import all_regions
from engine.forms import CHECKS

GANSU = "62"
REGION = re.compile(r"[1-9]\d{5}", re.ASCII)
INDUSTRY = re.compile(r"[A-T]?(\d{3,4})", re.ASCII)
LAST_DIVISION = 97  # GB/T 4754 numbers its divisions 01 to 97
PATENT = re.compile(r"ZL(\d{4}[18]\d{7}|\d{2}[18]\d{5})\.[\dX]", re.ASCII)
LOOSE_PATENT = re.compile(r"(?:ZL)?(\d{12}|\d{8})\.?([\dX])", re.ASCII)


def uscc(text: str) -> str | None:
    wrong = credit_code.fault(text)
    return wrong and wrong.removeprefix("统一社会信用代码")


def region(text: str) -> str | None:
    """A county-level code. Enterprises may be registered outside Gansu (A-04), whose table is not ours."""
    known = all_regions().get(text)
    if known is not None:
        return None if known.may_apply else f"应填到县（市、区）一级，{text} 是{known.name}"
    if not REGION.fullmatch(text) or text.endswith("0000"):
        return "应为 6 位县级行政区划代码"
    return "不是甘肃省的县（市、区）代码" if text.startswith(GANSU) else None


def gb4754(text: str) -> str | None:
    """Format only: 3 or 4 digits beneath a division that exists."""
    if not re.fullmatch(r"\d{3,4}", text, re.ASCII) or not 1 <= int(text[:2]) <= LAST_DIVISION:
        return "应为 3 位或 4 位国民经济行业代码"
    return None


def patent(text: str) -> str | None:
    """An invention: 1 (or 8, by PCT) after the year. Numbers from before 2003 are shorter."""
    if PATENT.fullmatch(text):
        return None
    if LOOSE_PATENT.fullmatch(text):
        return "不是发明专利号（年份后一位应为 1 或 8）"
    return "应为发明专利号，如 ZL201910120000.0"


def _tidy_industry(text: str) -> str:
    """`C2730` is written with its section letter in some tables."""
    match = INDUSTRY.fullmatch(text.upper())
    return match[1] if match else text


def _tidy_patent(text: str) -> str:
    narrow = text.upper().replace(" ", "")
    match = LOOSE_PATENT.fullmatch(narrow)
    return f"ZL{match[1]}.{match[2]}" if match else narrow


def _tidy_code(text: str) -> str:
    return text.upper().replace(" ", "")


CHECKS.register("uscc", uscc, _tidy_code)
CHECKS.register("region", region, _tidy_code)
CHECKS.register("gb4754", gb4754, _tidy_industry)
CHECKS.register("patent", patent, _tidy_patent)
