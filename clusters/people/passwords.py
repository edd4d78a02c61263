"""Passwords: what a good one is, and how it is hashed and compared. Knows no account and no clock."""

import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from engine.errors import Problem

MIN_LENGTH, MAX_LENGTH, MIN_CLASSES, HISTORY = 10, 128, 3, 5
# Letters and digits that nobody mixes up when an initial password is read out on the telephone.
_INITIAL_ALPHABET = ("abcdefghjkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789", "@#%+=?")

# 19 MiB and two passes; the gate keeps a flood of sign-ins from taking the machine's memory.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_GATE = threading.BoundedSemaphore(4)
# What an unknown account is compared with, so that it takes as long as a known one.
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$9XYal2qGdqlXNUZTVPKY3iPYkYho6fOziKhdCzEsvsU"


def hash_password(password: str) -> str:
    with _GATE:
        return _HASHER.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password fits; None stands for an account that does not exist."""
    with _GATE:
        try:
            fits = _HASHER.verify(password_hash or _NOBODY, password[: 4 * MAX_LENGTH])
        except (VerificationError, InvalidHashError):
            return False
    return fits and password_hash is not None


def _classes(password: str) -> int:
    kinds = (str.islower, str.isupper, str.isdigit)
    found = sum(any(kind(c) for c in password) for kind in kinds)
    return found + any(not c.isalnum() for c in password)


def password_problems(password: str, login: str, past_hashes: list[str]) -> list[Problem]:
    """Why this password may not be chosen; empty when it may."""
    found: list[str] = []
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        found.append(f"密码长度应为 {MIN_LENGTH} 至 {MAX_LENGTH} 位。")
    if _classes(password) < MIN_CLASSES:
        found.append("密码应包含大写字母、小写字母、数字、符号中的至少三类。")
    if login and login.casefold() in password.casefold():
        found.append("密码中不能包含登录名。")
    if not found and any(matches(old, password) for old in past_hashes[:HISTORY]):
        found.append(f"不能使用最近 {HISTORY} 次用过的密码。")
    return [Problem(message, path="new_password") for message in found]


def initial_password(length: int = 14) -> str:
    """A random password that keeps the rules, to be changed at the first sign-in."""
    each = [secrets.choice(alphabet) for alphabet in _INITIAL_ALPHABET]
    rest = [secrets.choice("".join(_INITIAL_ALPHABET[:3])) for _ in range(length - len(each))]
    shuffled = each + rest
    secrets.SystemRandom().shuffle(shuffled)
    return "".join(shuffled)
