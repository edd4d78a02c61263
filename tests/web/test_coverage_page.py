"""条款落实: what is deployed is shown against every provision of the regulation."""

import sqlalchemy as sa

from clusters.articles import PROVISIONS
from engine.models import Bundle


def test_every_provision_stands_on_the_page_with_the_steps_that_carry_it_out(world):
    world.deploy()
    page = world.client_of("process_owner").get("/coverage").text
    for provision in PROVISIONS:
        assert f">{provision.name}</th>" in page
    row = page.partition(">第十四条</th>")[2].partition("</tr>")[0]
    assert "preliminary_review" in row
    assert "尚未落实" not in row


def test_a_provision_that_nothing_deployed_carries_out_is_said_so(world):
    page = world.client_of("process_owner").get("/coverage").text
    assert "尚未落实" in page.partition(">第十四条</th>")[2].partition("</tr>")[0]
    assert "尚未落实" not in page.partition(">第一条</th>")[2].partition("</tr>")[0]


def test_a_step_that_cites_an_article_that_does_not_exist_is_named(world):
    world.deploy()
    with world.database.write() as session:
        bundle = session.scalars(sa.select(Bundle)).one()
        bundle.xml = bundle.xml.replace(
            'name="article" value="第十二条"', 'name="article" value="第九十九条"'
        )
    assert "第九十九条" in world.client_of("process_owner").get("/coverage").text
