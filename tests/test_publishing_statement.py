"""The accessibility statement of a report set, and what a theme adds: whose documents they are, and a logo."""

from __future__ import annotations

import base64
import datetime as dt
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from test_publishing import COVER, META, published

from toolkit.errors import PublishingError
from toolkit.publishing import FORMS, check_html, load_theme, publish, publish_index, publish_statement
from toolkit.publishing.revealing import streams_of

DATED = replace(META, moment=dt.datetime(2024, 7, 19, 12, tzinfo=dt.UTC))
SHIPPED = Path(load_theme.__code__.co_filename).parents[1] / "data" / "themes" / "default.yaml"
DOT = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=")


def theme_of(root: Path, extra: str, logo: bytes | None = DOT) -> None:
    (root / "themes").mkdir()
    (root / "themes" / "own.yaml").write_text(SHIPPED.read_text(encoding="utf-8") + extra, encoding="utf-8")
    if logo is not None:
        (root / "themes" / "dot.png").write_bytes(logo)


LOGO = 'publisher: A Synthetic Partnership\nlogo: {file: dot.png, text: "A Synthetic Partnership"}\n'


def test_the_statement_names_office_contact_forms_and_date_and_only_forms_that_there_are(tmp_path: Path) -> None:
    path = publish_statement(tmp_path, cover=COVER, meta=DATED, forms=("html", "docx"))
    html = path.read_text(encoding="utf-8")
    assert check_html(html) == []
    for words in ("A Synthetic Office", "standards@example.org", "web pages and Word documents", "19 July 2024"):
        assert words in html
    assert "marked header rows" in html
    assert "PDF/UA-1" not in html
    assert "{" not in html.split("</style>")[1]
    index = publish_index([], tmp_path / "index.html", cover=COVER, meta=DATED, statement=path.name)
    assert '<a href="accessibility-statement.html">Accessibility statement</a>' in index.read_text(encoding="utf-8")


def test_a_project_may_word_its_own_statement_and_a_wrong_one_is_one_sentence(tmp_path: Path) -> None:
    own = tmp_path / "texts" / "accessibility-statement.yaml"
    own.parent.mkdir()
    own.write_text("title: Ours\nsections:\n  - {heading: First, text: [Tested by people.]}\n", encoding="utf-8")
    page = publish_statement(tmp_path / "out", cover=COVER, meta=META, forms=("html",), root=tmp_path)
    assert "Tested by people." in page.read_text(encoding="utf-8")
    own.write_text("title: Ours\n", encoding="utf-8")
    with pytest.raises(PublishingError, match="mend that entry"):
        publish_statement(tmp_path / "out", cover=COVER, meta=META, forms=("html",), root=tmp_path)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_has_the_name_and_the_logo(tmp_path: Path, form: str) -> None:
    theme_of(tmp_path, LOGO)
    published(tmp_path)
    theme = load_theme("own", tmp_path)
    (plain,) = publish(tmp_path / "run.ipynb", tmp_path / "plain", formats=(form,), meta=META)
    (own,) = publish(tmp_path / "run.ipynb", tmp_path / "own", formats=(form,), meta=META, theme=theme)
    said, before = (
        " ".join(text for stream in streams_of(path.name, path.read_bytes()) for text in [str(stream)])
        for path in (own, plain)
    )
    assert "A Synthetic Partnership" in said
    assert "A Synthetic Partnership" not in before
    if form == "docx":
        assert any(name.endswith(".png") and content == DOT for name, content in parts(own).items())


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as book:
        return {name: book.read(name) for name in book.namelist()}


def test_a_theme_gives_name_and_logo(tmp_path: Path) -> None:
    theme_of(tmp_path, LOGO)
    published(tmp_path)
    (page,) = publish(tmp_path / "run.ipynb", tmp_path / "own", meta=META, theme=load_theme("own", tmp_path))
    html = page.read_text(encoding="utf-8")
    assert '<p class="office">A Synthetic Partnership</p>' in html
    assert f'src="data:image/png;base64,{base64.b64encode(DOT).decode()}" alt="A Synthetic Partnership"' in html


@pytest.mark.parametrize(
    ("extra", "logo", "sentence"),
    [
        (LOGO, None, "put it beside its theme"),
        (LOGO, b"<svg onload=alert(1)>", "must be a PNG"),
        (LOGO, DOT + bytes(100_000), "at most 100 KB"),
        (LOGO.replace("dot.png", "../dot.png"), DOT, "is wrong at logo.file"),
    ],
)
def test_a_wrong_logo_is_one_sentence(tmp_path: Path, extra: str, logo: bytes | None, sentence: str) -> None:
    theme_of(tmp_path, extra, logo)
    with pytest.raises(PublishingError, match=sentence):
        load_theme("own", tmp_path)
