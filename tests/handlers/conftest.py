"""The stage of the handler tests, on both databases."""

import pytest

from tests.handlers.stage import Stage


@pytest.fixture
def stage(database):
    return Stage(database)
