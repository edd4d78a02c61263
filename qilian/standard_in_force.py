"""Which standard a command checks against: the database's of that name, else the shipped one (D10).

Checking a file needs no database; it must not hide that a configured one failed.
"""

import re

from sqlalchemy.exc import SQLAlchemyError

from clusters.annex.standard import Standard
from clusters.batches import rules
from engine.errors import NotFound, QilianError
from qilian.calendar_in_force import is_not_made_yet
from qilian.cli import complain
from qilian.config import SEEDS, Config
from qilian.opening import open_database

FOLDER = SEEDS / "standards"
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")


def named_standard(config: Config, name: str) -> Standard:
    return _stored(config, name) or _shipped(name)


def _stored(config: Config, name: str) -> Standard | None:
    try:
        if is_not_made_yet(config):
            return None
        with open_database(config) as database, database.read() as session:
            return rules.standard(session, name)
    except NotFound:
        return None
    except (QilianError, SQLAlchemyError):
        complain("注意：读不到数据库中的认定标准，改用随系统提供的标准。")
        return None


def _shipped(name: str) -> Standard:
    path = FOLDER / f"{name}.toml"
    if not NAME.fullmatch(name) or not path.is_file():
        known = "、".join(sorted(found.stem for found in FOLDER.glob("*.toml")))
        raise NotFound(f"没有名为“{name}”的认定标准，随系统提供的有：{known}")
    return Standard.load(path)
