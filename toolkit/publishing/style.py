"""The style of a page, from its theme."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.document import plain_text
from toolkit.publishing.theme import load_theme

if TYPE_CHECKING:
    from toolkit.publishing.theme import Theme

TEMPLATE = Path(__file__).parent / "template"
_LONGEST = 90


def page_style(theme: Theme, title: str, marking: str) -> str:
    """All CSS of a page; on paper every sheet carries the marking, the title and its number."""
    sheet = (
        "@page { size: A4; margin: 20mm 15mm 18mm;"
        f" @top-center {{ content: {_quoted(marking)}; font: 700 9pt {theme.fonts}; }}"
        f" @bottom-left {{ content: {_quoted(title)}; font: 8pt {theme.fonts}; }}"
        f' @bottom-right {{ content: "Page " counter(page) " of " counter(pages); font: 8pt {theme.fonts}; }} }}'
    )
    return "\n".join(
        (f":root {{ {_variables(theme)} }}", _css("page.css"), _css("content.css"), _css("print.css"), sheet)
    )


def fragment_style(theme: Theme | None = None) -> str:
    """A style element for `document.as_html` fragments in a notebook's widgets.

    It reaches what stands inside an element of the class `document` and nothing else of JupyterLab.
    """
    chosen = theme or load_theme()
    ground = (
        "background: var(--paper); color: var(--ink); font-family: var(--fonts); font-size: 15px; line-height: 1.5;"
    )
    return f"<style>.document {{ {_variables(chosen)} {ground}\n{_css('content.css')} }}</style>"


def _variables(theme: Theme) -> str:
    colours = "".join(f"--{name}: {value}; " for name, value in theme.colours.model_dump().items())
    return f"{colours}--fonts: {theme.fonts};"


@cache
def _css(name: str) -> str:
    return (TEMPLATE / name).read_text(encoding="utf-8").strip()


def _quoted(text: str) -> str:
    """The text as a CSS string in which nothing but letters, digits and spaces stands for itself."""
    flat = " ".join(plain_text(text).split())[:_LONGEST]
    return '"' + re.sub(r"[^A-Za-z0-9 ]", lambda found: f"\\{ord(found[0]):06x}", flat) + '"'
