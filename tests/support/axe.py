"""axe-core 4.14.1 (MPL-2.0, see axe-licence.txt): which rules of WCAG 2.1 A and AA a page breaks."""

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

SOURCE = Path(__file__).with_name("axe.min.js")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
RUN = """async rules => {
  const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations"]});
  return found.violations.map(v =>
    `${v.id}: ${v.help}\\n` + v.nodes.slice(0, 3).map(n => `  ${n.target.join(" ")}: ${n.html}`).join("\\n"));
}"""


@cache
def _source() -> str:
    return SOURCE.read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """What is wrong, with up to three places each."""
    page.evaluate(_source())
    found: list[str] = page.evaluate(RUN, RULES)
    return found
