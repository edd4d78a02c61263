"""Checks that a field asks for by name (property `check`). Knows numbers that belong to no domain:
telephone, e-mail, identity card. The domain registers its own (uscc, region …) in CHECKS before any
form that names them is read; a name that nobody registered is refused.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

Verify = Callable[[str], str | None]


@dataclass(frozen=True)
class Check:
    """`verify` gives None or what is wrong, said after the field's label; `tidy` brings into one spelling."""

    verify: Verify
    tidy: Callable[[str], str]


class CheckRegistry:
    """Checks by name; refuses a second one of the same name."""

    def __init__(self) -> None:
        self._checks: dict[str, Check] = {}

    def register(self, name: str, verify: Verify, tidy: Callable[[str], str] = str) -> None:
        if name in self._checks:
            raise ValueError(f"check {name} is registered twice")
        self._checks[name] = Check(verify, tidy)

    def get(self, name: str) -> Check | None:
        return self._checks.get(name)

    def __getitem__(self, name: str) -> Check:
        return self._checks[name]

    def __contains__(self, name: object) -> bool:
        return name in self._checks

    def __iter__(self) -> Iterator[str]:
        return iter(self._checks)


MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
LANDLINE = re.compile(r"0\d{2,3}-?\d{7,8}(-\d{1,6})?", re.ASCII)
# Nothing that means something to a mail server: no quotes, commas, angle brackets, line ends.
EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-zA-Z\d-]{1,63}(\.[a-zA-Z\d-]{1,63}){1,8}", re.ASCII)
LONGEST_EMAIL = 100
IDENTITY = re.compile(r"\d{17}[\dX]", re.ASCII)
IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def phone(text: str) -> str | None:
    if MOBILE.fullmatch(text) or LANDLINE.fullmatch(text):
        return None
    return "应为 11 位手机号，或带区号的固定电话（如 0932-6621234）"


def email(text: str) -> str | None:
    is_sound = len(text) <= LONGEST_EMAIL and EMAIL.fullmatch(text)
    return None if is_sound else "应为电子邮箱地址（如 name@example.cn）"


def idcode(text: str) -> str | None:
    """GB 11643: 17 digits and a check character."""
    if not IDENTITY.fullmatch(text):
        return "应为 18 位公民身份号码"
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return "中的出生日期不存在"
    remainder = sum(int(digit) * weight for digit, weight in zip(text, IDENTITY_WEIGHTS, strict=False)) % 11
    return None if "10X98765432"[remainder] == text[17] else "的校验码不正确，请核对"


CHECKS = CheckRegistry()
CHECKS.register("phone", phone, lambda text: text.replace(" ", ""))
CHECKS.register("email", email)
CHECKS.register("idcode", idcode, str.upper)
