"""Which working calendar a command counts with: the database's, else the shipped one (D10).

A command that only computes dates needs no database; it must not hide that a configured one failed.
"""

from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from engine.calendar import Calendar
from engine.calendar_store import load_years
from engine.calendar_years import Year
from engine.errors import QilianError
from qilian.cli import complain
from qilian.config import SEEDS, Config
from qilian.opening import open_database


def calendar_in_force(config: Config) -> Calendar:
    years = _stored_years(config)
    return Calendar.from_years(years) if years else Calendar.load(SEEDS / "calendars" / "cn.toml")


def _stored_years(config: Config) -> list[Year]:
    try:
        if is_not_made_yet(config):
            return []
        with open_database(config) as database, database.read() as session:
            return load_years(session)
    except (QilianError, SQLAlchemyError):
        complain("注意：读不到数据库中的工作日历，改用随系统提供的日历。")
        return []


def is_not_made_yet(config: Config) -> bool:
    url = make_url(config.database_url)
    return url.get_backend_name() == "sqlite" and not Path(url.database or "").exists()
