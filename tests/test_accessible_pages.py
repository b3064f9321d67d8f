"""Every page of a report set in a real browser: axe-core finds nothing, and nothing is cut off on a small screen.

CI names the demo region that it has just made (TOOLKIT_DEMO); without one, the pages of the templates' own region.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from test_publishing import COVER, META

from toolkit.publishing import FORMS, IndexEntry, publish, publish_index, publish_statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

TEMPLATES = Path(__file__).parent.parent / "notebooks" / "templates"
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],  # what passes is looked at as well, and not listed element by element
}
TOO_LARGE = 400_000
"""Bytes of a page without external requests."""
PARTS = 4


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    demo = os.environ.get("TOOLKIT_DEMO")
    if demo:
        found = sorted((Path(demo).resolve() / "reports").glob("*/*/*.html"))
        assert len(found) > len(list(TEMPLATES.glob("*.ipynb"))), f"{demo} has no report set"
        return found
    assert not os.environ.get("CI"), "CI must name its demo region in TOOLKIT_DEMO"
    folder = tmp_path_factory.mktemp("pages")
    notebooks = [path for path in sorted(TEMPLATES.glob("*.ipynb")) if path.stem != "explorer"]
    made = [page for path in notebooks for page in publish(path, folder / path.stem, meta=META)]
    statement = publish_statement(folder, cover=COVER, meta=META, forms=FORMS)
    listed = [
        IndexEntry(
            "Deep dives", f"{at} A title that is long enough to be broken", tuple((f, f"{at}.{f}", 9) for f in FORMS)
        )
        for at in range(1, 4)
    ]
    index = publish_index(listed, folder / "index.html", cover=COVER, meta=META, statement=statement.name)
    return [*made, statement, index]


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    with chromium.new_page(bypass_csp=True) as page:  # axe is put into the page by the test, not by the page
        yield page


@pytest.mark.parametrize("part", range(PARTS))
def test_axe_finds_nothing_on_any_page_wide_or_narrow(pages: list[Path], page: Page, part: int) -> None:
    axe = Axe()
    for path in pages[part::PARTS]:
        page.goto(path.as_uri())
        page.set_viewport_size({"width": 1200, "height": 900})
        wide = axe.run(page, options=RULES)
        assert wide.violations_count == 0, f"{path}: {wide.generate_report()}"
        page.set_viewport_size({"width": 320, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, f"{path} scrolls sideways at 320 px"
        narrow = axe.run(page, options=RULES)
        assert narrow.violations_count == 0, f"{path} at 320 px: {narrow.generate_report()}"


def test_every_page_is_small(pages: list[Path]) -> None:
    assert {path: path.stat().st_size for path in pages if path.stat().st_size > TOO_LARGE} == {}


def test_every_picture_table_and_contents_entry_is_reached_by_keyboard(pages: list[Path], page: Page) -> None:
    """Tab goes once through all that scrolls or leads somewhere, in the order of the page, and shows where it is."""
    board = next(path for path in pages if path.stem in {"board-report", "board_report"})
    page.set_viewport_size({"width": 1200, "height": 900})
    page.goto(board.as_uri())
    expected = page.evaluate(
        "[...document.querySelectorAll('a[href], summary, [tabindex=\"0\"]')].filter(e => e.checkVisibility()).length"
    )
    reached = []
    for _ in range(expected):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                "(() => { const e = document.activeElement, s = getComputedStyle(e);"
                " const all = [...document.querySelectorAll('*')];"
                " return [all.indexOf(e), s.outlineStyle !== 'none' || s.boxShadow !== 'none']; })()"
            )
        )
    places = [place for place, _ in reached]
    assert places == sorted(set(places))
    assert all(shown for _, shown in reached)
