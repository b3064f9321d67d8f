"""Text as data: what is left of a text once it can no longer play tricks on a reader or on a file format."""

from __future__ import annotations

import re

_BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def plain_text(text: str) -> str:
    """The text with direction overrides taken out and characters that no form can print shown as U+FFFD.

    Direction overrides and isolates (Unicode UAX 9) only change how text looks: without them it reads in the order in
    which it was typed. Control characters, lone surrogates and noncharacters are not allowed in XML or HTML. Line ends
    become newlines.
    """
    if text.isprintable():  # it has none of all that
        return text
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNPRINTABLE.sub("\ufffd", _BIDI_CONTROLS.sub("", lines))
