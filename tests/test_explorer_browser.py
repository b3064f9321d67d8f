"""The explorer as a peer reviewer uses it: `toolkit explore`, JupyterLab, a real browser."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from reports_region import Plan, make_project, rating_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.browser

SLOW = 60_000  # milliseconds: a kernel that starts on a busy machine
WORDS = {"met": "Met", "partly_met": "Partly met", "not_met": "Not met", "not_applicable": "Not applicable"}
WORDS |= {"blank": "Left blank", "unreadable": "Unreadable"}


@dataclass
class Served:
    """A running `toolkit explore`, and where it is."""

    process: subprocess.Popen[str]
    address: str
    project: Path
    home: Path
    said: Path


@dataclass
class Visit:
    """The explorer in a browser after Run All Cells; `asked` and `errors` fill up as the page lives."""

    page: Page
    asked: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def control(self, label: str) -> Locator:
        return self.page.get_by_label(label, exact=True)

    def choose(self, label: str, *words: str) -> None:
        """Choose the options whose text begins with these words, once they are offered; none clears the choice."""
        options, places = self.control(label).locator("option"), []
        for word in words:
            wanted = re.compile(rf"^{re.escape(word)}(\s|$)")
            expect(options.filter(has_text=wanted)).to_have_count(1)
            places += [place for place, text in enumerate(options.all_text_contents()) if wanted.search(text)]
        self.control(label).select_option(index=places)

    def rows(self) -> Locator:
        return self.page.get_by_role("region", name=re.compile("^Criterion")).locator("tbody tr")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The explorer of a small region, while its port is taken and the user's own Jupyter settings are broken."""
    folder = tmp_path_factory.mktemp("explorer")
    project = make_project(folder / "region & all", Plan(each_area=3, silent=("BIR1",))).root
    home, said = folder / "home", folder / "said.txt"
    (home / ".jupyter").mkdir(parents=True)
    (home / ".jupyter" / "jupyter_server_config.py").write_text("raise SystemExit('broken')\n", encoding="utf-8")
    (home / "startup.py").write_text("raise SystemExit('broken')\n", encoding="utf-8")
    with socket.socket() as taken, said.open("w", encoding="utf-8") as errors:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = int(taken.getsockname()[1])
        environment = os.environ | {"HOME": str(home), "PYTHONSTARTUP": str(home / "startup.py")}
        command = [sys.executable, "-m", "toolkit", "--project", str(project), "explore", "--no-browser"]
        with subprocess.Popen(
            [*command, "--port", str(port)],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
            env=environment,
            start_new_session=True,
        ) as process:
            try:
                assert process.stdout is not None
                found = re.search(r"http://127\.0\.0\.1:(\d+)/\S+", process.stdout.readline())
                assert found, said.read_text(encoding="utf-8")
                assert int(found[1]) > port
                yield Served(process, found[0], project, home, said)
            finally:
                stop(process)


def stop(process: subprocess.Popen[str]) -> None:
    """End the toolkit and the JupyterLab that it started."""
    if process.poll() is not None:
        return
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], check=False, capture_output=True)
    else:
        os.killpg(process.pid, signal.SIGINT)
    process.wait(timeout=60)


@pytest.fixture(scope="module")
def visit(served: Served, chromium: Browser) -> Iterator[Visit]:
    with chromium.new_page(viewport={"width": 1400, "height": 1000}) as page:
        page.set_default_timeout(SLOW)
        visit = Visit(page)
        page.on("request", lambda request: visit.asked.append(request.url))
        page.on("websocket", lambda websocket: visit.asked.append(websocket.url))
        page.on("pageerror", lambda error: visit.errors.append(str(error)))
        page.goto(served.address)
        page.get_by_role("heading", name="Explorer").wait_for()
        page.get_by_text("Python 3 | Idle").wait_for()  # asked to run before that, JupyterLab may forget it
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        visit.control("Search").wait_for()
        yield visit


@pytest.fixture(autouse=True)
def _patient() -> None:
    expect.set_options(timeout=SLOW)


def test_every_control_has_a_name(visit: Visit) -> None:
    shown = visit.page.locator(".jp-OutputArea-output")
    for role, names in {
        "combobox": ("Cycle", "Standard", "Sector", "Tier", "Criterion"),
        "listbox": ("Areas",),
        "textbox": ("Search",),
    }.items():
        for name in names:
            expect(shown.get_by_role(role, name=name, exact=True)).to_have_count(1)  # type: ignore[arg-type]  # a role
    assert shown.locator("select, input, textarea, button").count() == 7


def test_a_reviewer_reads_every_rating_of_a_criterion(visit: Visit) -> None:
    visit.choose("Cycle", "2024")
    visit.choose("Standard", "5")
    visit.choose("Criterion", "5.10")
    expect(visit.page.get_by_role("heading", name="Standard 5: Safety, security and dignity")).to_be_visible()
    expect(visit.page.get_by_text("21 of 22 organisations in this choice have returned.")).to_be_visible()
    picture = visit.page.get_by_role("img", name="Essential met by criterion and area")
    expect(picture).to_be_visible()
    expect(picture).to_contain_text("5.10")
    expect(visit.page.get_by_text("Criterion 5.10: 22 of 22 organisations asked")).to_be_visible()
    shown = dict(visit.rows().evaluate_all("rows => rows.map(row => [row.cells[0].innerText, row.cells[1].innerText])"))
    assert shown.pop("Birmingham service 1") == "No return"
    assert shown == {
        name: WORDS[rating_of(key, "2024", "5.10")]
        for key, name in [
            ("POL", "Example Police"),
            *(
                (f"{area[:3].upper()}{number}", f"{area} service {number}")
                for area in Plan().areas
                for number in range(3)
                if (area, number) != ("Birmingham", 1)
            ),
        ]
    }
    assert visit.rows().locator("b").count() == 0
    expect(visit.rows().get_by_text("train teams <b>now</b>").first).to_be_visible()


def test_areas_narrow_picture_and_responses(visit: Visit) -> None:
    visit.choose("Standard", "5")
    visit.choose("Areas", "Dudley", "Walsall")
    expect(visit.rows()).to_have_count(7)
    visit.page.get_by_text("Figures behind this chart").click()
    heads = visit.page.get_by_role("region", name=re.compile("^Essential met by criterion")).locator("thead th")
    expect(heads).to_have_text(["Criterion", "Dudley", "Walsall"])
    visit.choose("Sector", "Police")
    expect(visit.rows()).to_have_count(1)
    visit.choose("Sector", "All")
    visit.choose("Areas")
    expect(visit.rows()).to_have_count(22)


def test_a_search_finds_words_and_says_when_it_finds_none(visit: Visit) -> None:
    visit.control("Search").fill("POLICE example")
    expect(visit.rows()).to_have_count(1)
    expect(visit.rows()).to_contain_text("Example Police")
    visit.control("Search").fill("no such words anywhere")
    expect(visit.page.get_by_text("has all of these words")).to_be_visible()
    visit.control("Search").fill("")
    expect(visit.rows()).to_have_count(22)


def test_another_cycle_brings_its_own_standards(visit: Visit) -> None:
    visit.choose("Cycle", "2024")
    expect(visit.control("Standard").locator("option")).to_have_count(12)
    visit.choose("Standard", "12")
    visit.choose("Cycle", "2021")
    expect(visit.control("Standard").locator("option")).to_have_count(11)
    expect(visit.page.get_by_role("heading", name=re.compile("^Standard 1: "))).to_be_visible()
    expect(visit.page.get_by_text(re.compile("^Criterion 1.1: "))).to_be_visible()
    visit.choose("Cycle", "2024")
    expect(visit.control("Standard").locator("option")).to_have_count(12)


def test_the_keyboard_alone_is_enough(visit: Visit) -> None:
    visit.choose("Standard", "1")
    visit.control("Standard").focus()
    visit.page.keyboard.press("ArrowDown")
    expect(visit.page.get_by_role("heading", name=re.compile("^Standard 2: "))).to_be_visible()
    visit.control("Criterion").focus()
    visit.page.keyboard.press("Tab")
    expect(visit.control("Search")).to_be_focused()


def test_nothing_leaves_this_machine_and_nothing_breaks(visit: Visit) -> None:
    visit.choose("Cycle", "2024")
    outside = [
        url for url in visit.asked if not url.startswith(("data:", "blob:")) and urlsplit(url).hostname != "127.0.0.1"
    ]
    assert len(visit.asked) > 20
    assert outside == []
    assert not [url for url in visit.asked if "/lab/api/news" in url or "/lab/api/update" in url]
    assert visit.errors == []


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl+C cannot be sent to another Windows process group")
def test_ctrl_c_ends_it_and_leaves_everything_else_alone(visit: Visit, served: Served) -> None:
    visit.page.close()
    stop(served.process)
    assert served.process.returncode == 0
    assert "Traceback" not in served.said.read_text(encoding="utf-8")
    assert sorted(path.name for path in served.home.iterdir()) == [".jupyter", "startup.py"]
    assert [path.name for path in (served.home / ".jupyter").iterdir()] == ["jupyter_server_config.py"]
    assert [path.name for path in (served.project / "reports").iterdir()] == [".runs"]
    assert [path.name for path in (served.project / "audits").iterdir() if path.name != "inbox"] == ["record"]
