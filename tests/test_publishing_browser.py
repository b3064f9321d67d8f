"""Published pages in a real browser: nothing runs, nothing is fetched, nothing is cut off on a small screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from test_publishing import ATTACK, published, whole_report

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page(chromium: Browser) -> Iterator[Page]:
    with chromium.new_page() as page:
        yield page


@pytest.fixture
def visited(page: Page, tmp_path: Path) -> tuple[Page, list[str]]:
    """A page whose every text is an attack, and the addresses that the browser asked for."""
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("dialog", lambda dialog: requests.append(f"dialog {dialog.message}"))
    page.goto(published(tmp_path, whole_report(ATTACK)).as_uri())
    return page, requests


def test_nothing_runs_and_nothing_is_fetched(visited: tuple[Page, list[str]]) -> None:
    page, requests = visited
    assert [address for address in requests if not address.startswith(("file:", "data:"))] == []
    assert len([address for address in requests if address.startswith("file:")]) == 1
    assert page.title().startswith("Board report: </style>")
    assert page.locator("main script, main img").count() == 0


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_the_page_itself_never_scrolls_sideways(visited: tuple[Page, list[str]], width: int) -> None:
    page, _ = visited
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_skip_link_comes_first_and_leads_to_the_report(visited: tuple[Page, list[str]]) -> None:
    page, _ = visited
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the report"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_pictures_and_tables_have_names(visited: tuple[Page, list[str]]) -> None:
    page, _ = visited
    assert page.get_by_role("img", name="Dudley has most to come").count() == 2
    assert page.get_by_role("region", name="Actions due").get_by_role("columnheader", name="Action").count() == 1
