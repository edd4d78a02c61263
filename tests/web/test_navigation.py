"""Every entry of the navigation is in sight on a desk's screen."""

import pytest

from tests.web.driving import Visitor

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("who", ["省厅省级经办甲", "陇西县县级经办甲"])
def test_no_entry_of_the_navigation_is_out_of_sight_at_1280_pixels(visitor: Visitor, who: str) -> None:
    visitor.page.set_viewport_size({"width": 1280, "height": 800})
    visitor.open("/")
    visitor.become(who)
    hidden = visitor.page.locator(".site-nav").evaluate("nav => nav.scrollWidth - nav.clientWidth")
    assert hidden == 0
