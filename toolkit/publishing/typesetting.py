"""Typesetting by typst, with the toolkit's own templates and fonts and nothing else of the machine.

Values reach a template as one text through `sys.inputs`: a template reads them as data and never as typst markup.
"""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from toolkit.errors import PublishingError

if TYPE_CHECKING:
    from typst import Compiler

FONTS = Path(__file__).parents[1] / "data" / "fonts"
"""Liberation Sans, which has Arial's widths, and DejaVu Sans for what it has not; each with its licence."""

_TEMPLATES = Path(__file__).parent / "template"
_PIXELS_PER_INCH = 72  # so that a point is a pixel


def typeset(
    template: str,
    values: dict[str, Any],
    form: Literal["pdf", "png"],
    moment: dt.datetime | None = None,
) -> bytes:
    """The values in a template: a tagged PDF that claims PDF/UA-1 (ISO 14289-1), or a picture with a pixel a point.

    Args:
        template: a file's name in the templates' folder, the only folder that typst may read.
        values: JSON values; the template has them as `json(bytes(sys.inputs.values))`.
        form: which of the two.
        moment: the time in the file's properties, in UTC where it has no zone; the same moment gives the same bytes.

    Raises:
        PublishingError: typst refuses; the sentence gives its reason.
    """
    from typst import TypstError

    try:
        made = _compiler().compile(
            _TEMPLATES / template,
            format=form,
            sys_inputs={"values": json.dumps(values, ensure_ascii=False)},
            timestamp=_zoned(moment),
            **({"pdf_standards": "ua-1"} if form == "pdf" else {"ppi": _PIXELS_PER_INCH}),
        )
    except TypstError as error:
        reason = "; ".join((error.message, *error.hints))
        raise PublishingError(f"typst refuses it: {reason}; correct its template and run it again.") from error
    if not isinstance(made, bytes):  # several pages of pictures come as a list
        raise PublishingError(f"{template} makes no single file; correct that template.")
    return made


@cache
def _compiler() -> Compiler:
    from typst import Compiler, Fonts

    fonts = Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    return Compiler(root=_TEMPLATES, font_paths=fonts, ignore_system_fonts=True)


def _zoned(moment: dt.datetime | None) -> dt.datetime:
    """Typst takes the machine's clock where it is given no time, and wants a zone."""
    found = moment or dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)
