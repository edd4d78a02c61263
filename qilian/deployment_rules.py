"""What every diagram of this installation is held against. Needs no database and no pages."""

from functools import lru_cache

from clusters.annex.standard import Standard
from clusters.articles import ARTICLES
from clusters.people.roles import ROLES
from engine.deployment import Rules
from handlers import catalogue
from qilian.config import SEEDS


@lru_cache(maxsize=1)
def deployment_rules() -> Rules:
    """Topics of the handlers, roles, articles, and the periods that any shipped standard names."""
    standards = [Standard.load(path) for path in sorted((SEEDS / "standards").glob("*.toml"))]
    return Rules(
        topics=frozenset(catalogue),
        roles=frozenset(ROLES),
        articles=ARTICLES,
        terms=frozenset(name for standard in standards for name in standard.periods),
        subjects=frozenset(source.name for source in catalogue.subject_sources()),
    )
