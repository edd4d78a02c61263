"""Unified social credit codes (GB 32100-2015). Knows the code and its check digit, no enterprise."""

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # without I O S V Z
LENGTH = 18
WEIGHTS = tuple(pow(3, place, 31) for place in range(LENGTH - 1))
REGION = slice(2, 8)  # six decimal digits


def check_character(body: str) -> str:
    """The 18th character that belongs to the first 17."""
    total = sum(ALPHABET.index(letter) * weight for letter, weight in zip(body, WEIGHTS, strict=True))
    return ALPHABET[-total % len(ALPHABET)]


def fault(code: str) -> str | None:
    """What is wrong with a code, or None."""
    if len(code) != LENGTH:
        return "统一社会信用代码应为 18 位"
    if any(letter not in ALPHABET for letter in code):
        return "统一社会信用代码只能用数字和大写字母（不含 I、O、S、V、Z）"
    if not code[REGION].isdecimal():
        return "统一社会信用代码第 3 至 8 位应为数字"
    return None if check_character(code[:-1]) == code[-1] else "统一社会信用代码校验位不符"
