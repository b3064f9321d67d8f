"""What a published page must be before anybody sees it: complete, accessible in its structure, and self-contained.

Sources: WCAG 2.2 AA (1.1.1 text alternatives, 1.3.1 structure, 2.4.2 title, 3.1.1 language, 4.1.2 names), and our own
rules: no script, nothing fetched from anywhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_ACTIVE = frozenset(
    ["script", "iframe", "frame", "object", "embed", "applet", "form", "input", "button", "base", "portal", "template"]
)
_ADDRESSES = frozenset(
    ["href", "src", "srcset", "action", "formaction", "poster", "data", "background", "cite", "ping", "xlink:href"]
)
_NO_TEXT = re.compile(r"^\s*(no description.*|image|figure|chart|untitled|)\s*$", re.IGNORECASE)
_SCHEME = re.compile(r"^\s*([a-z][a-z0-9+.-]*:|//|\\)", re.IGNORECASE)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_NAMING = frozenset(["title", "desc", "caption", "figcaption", "th"])
"""Elements whose text an element around them is named or described by."""

_SAYING = frozenset([*_NAMING, *_HEADINGS, "style"])
"""Elements whose text is looked at."""

_PLAIN_CELL = re.compile(r'<td(?: class="[a-z -]*")?>[^<>&\n]*</td>')
"""A cell of plain text, in which nothing can be wrong; most of a page are such cells."""

_LONGEST = 60


def check_html(html: str) -> list[str]:
    """What is wrong with a page, one sentence each; empty when it may be published."""
    page = _Page()
    page.feed(_PLAIN_CELL.sub(" ", html))
    page.close()
    return [
        *page.problems,
        *_wrong_head(page),
        *_wrong_headings(page),
        *_wrong_references(page),
        *(
            f"The page does not have exactly one <{tag}>"
            for tag in ("header", "main", "footer")
            if page.counts.get(tag, 0) != 1
        ),
    ]


@dataclass
class _Element:
    """An open element: its text so far where it is one of `_SAYING`, and those of `_NAMING` inside it."""

    tag: str
    attributes: dict[str, str]
    line: int
    text: str = ""
    inside: dict[str, list[_Element]] = field(default_factory=dict)

    def first(self, tag: str) -> str:
        """The text of the first such element inside, empty where there is none."""
        return self.inside[tag][0].text.strip() if self.inside.get(tag) else ""


class _Page(HTMLParser):
    """Reads a page once and notes what is wrong with each element as it closes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.problems: list[str] = []
        self.open: list[_Element] = []
        self.counts: dict[str, int] = {}
        self.ids: list[str] = []
        self.fragments: list[str] = []
        self.headings: list[_Element] = []
        self.title = self.lang = self.policy = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = _Element(tag, {name.lower(): value or "" for name, value in attrs}, self.getpos()[0])
        self.counts[tag] = self.counts.get(tag, 0) + 1
        self._note_attributes(element)
        if tag in _ACTIVE:
            self._wrong(element, "must not be in a page that runs nothing")
        if tag in _VOID:
            self._close(element)
        else:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1].tag != tag:
            self.problems.append(f"Line {self.getpos()[0]} closes <{tag}>, which is not the element that is open")
            return
        self._close(self.open.pop())

    def handle_data(self, data: str) -> None:
        for element in self.open:
            if element.tag in _SAYING:
                element.text += data

    def close(self) -> None:
        super().close()
        self.problems += [f"<{element.tag}> of line {element.line} is never closed" for element in self.open]

    def _close(self, element: _Element) -> None:
        if element.tag in _NAMING:
            for outer in self.open:
                outer.inside.setdefault(element.tag, []).append(element)
        check = getattr(self, f"_check_{element.tag}", None)
        if check is not None:
            check(element)
        if element.tag in _HEADINGS:
            self.headings.append(element)

    def _wrong(self, element: _Element, what: str) -> None:
        self.problems.append(f"<{element.tag}> on line {element.line} {what}")

    def _note_attributes(self, element: _Element) -> None:
        for name, value in element.attributes.items():
            if name == "id":
                self.ids.append(value)
            elif name in {"aria-labelledby", "aria-describedby", "for"}:
                self.fragments += value.split()
            elif name.startswith("on"):
                self._wrong(element, f"has the script {name}")
            elif name == "style":
                self._check_css(element, value)
            elif name in _ADDRESSES:
                self._check_address(element, name, value)

    def _check_address(self, element: _Element, name: str, value: str) -> None:
        embedded = element.tag in {"img", "link"} and value.startswith("data:")
        if _SCHEME.match(re.sub(r"[\x00-\x20]", "", value)) and not embedded:
            self._wrong(element, f"points outside the page with {name}={value[:_LONGEST]!r}")
        elif value.startswith("#"):
            self.fragments.append(value[1:])

    def _check_css(self, element: _Element, css: str) -> None:
        if re.search(r"@import|url\(\s*['\"]?(?!#)|expression\(", css, re.IGNORECASE):
            self._wrong(element, "has a style that fetches something")

    def _check_style(self, element: _Element) -> None:
        self._check_css(element, element.text)

    def _check_html(self, element: _Element) -> None:
        self.lang = element.attributes.get("lang", "")

    def _check_title(self, element: _Element) -> None:
        if all(outer.tag != "svg" for outer in self.open):
            self.title = element.text.strip()

    def _check_meta(self, element: _Element) -> None:
        kind = element.attributes.get("http-equiv", "").lower()
        if kind == "refresh":
            self._wrong(element, "sends the reader elsewhere")
        elif kind == "content-security-policy":
            self.policy = element.attributes.get("content", "")

    def _check_img(self, element: _Element) -> None:
        if _NO_TEXT.match(element.attributes.get("alt", "")):
            self._wrong(element, "has no alternative text")

    def _check_svg(self, element: _Element) -> None:
        if element.attributes.get("role") != "img" or not element.attributes.get("aria-labelledby"):
            self._wrong(element, "is not named as a picture")
        if not element.first("title") or _NO_TEXT.match(element.first("desc")):
            self._wrong(element, "has no alternative text")

    def _check_table(self, element: _Element) -> None:
        named = f"with the caption {element.first('caption')[:_LONGEST]!r}"
        if not element.first("caption"):
            self._wrong(element, "has no caption")
        heads = element.inside.get("th", [])
        if not any(head.attributes.get("scope") == "col" for head in heads):
            self._wrong(element, f"{named} has no column headings")
        if any(head.attributes.get("scope") not in {"col", "row"} for head in heads):
            self._wrong(element, f"{named} has a heading cell without scope")
        if any(head.attributes.get("scope") == "col" and not head.text.strip() for head in heads):
            self._wrong(element, f"{named} has an empty column heading")

    def _check_figure(self, element: _Element) -> None:
        if not element.first("figcaption"):
            self._wrong(element, "has no caption")


def _wrong_head(page: _Page) -> list[str]:
    found = []
    if page.lang != "en-GB":
        found.append("The page does not say that its language is en-GB")
    if not page.title:
        found.append("The page has no title")
    if "default-src 'none'" not in page.policy:
        found.append("The page has no content security policy that forbids fetching and scripts")
    return found


def _wrong_headings(page: _Page) -> list[str]:
    found = []
    levels = [_HEADINGS[heading.tag] for heading in page.headings]
    if levels.count(1) != 1:
        found.append(f"The page has {levels.count(1)} first-level headings instead of one")
    for place, heading in enumerate(page.headings):
        if not heading.text.strip():
            found.append(f"<{heading.tag}> on line {heading.line} is an empty heading")
        if place and levels[place] > levels[place - 1] + 1:
            found.append(f"The heading {heading.text.strip()[:_LONGEST]!r} skips a level")
    return found


def _wrong_references(page: _Page) -> list[str]:
    known = set(page.ids)
    twice = sorted({found for found in known if page.ids.count(found) > 1})
    return [
        *(f"The id {found!r} is used more than once" for found in twice),
        *(
            f"Something points to the id {found!r}, which is not in the page"
            for found in dict.fromkeys(page.fragments)
            if found not in known
        ),
    ]
