"""The test fixtures themselves."""

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page

from engine.db import Database


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_gets_a_database_with_tables_and_without_rows(database: Database, turn: int) -> None:
    with database.write() as session:
        assert session.scalar(sa.text("SELECT count(*) FROM bundle")) == 0
        session.execute(
            sa.text(
                "INSERT INTO bundle (id, name, xml, forms, note, status, proposed_at)"
                " VALUES ('a', 'a', '', '{}', '', 'proposed', '2024-05-20 01:00:00')"
            )
        )


@pytest.mark.browser
def test_the_browser_knows_shanghai_and_shows_chinese(page: Page) -> None:
    page.set_content("<h1>祁连</h1>")
    assert page.get_by_text("祁连").is_visible()
    assert page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone") == "Asia/Shanghai"
