"""Hostile in the XML of a workbook: entities, encodings, cells far away, texts and rows without end."""

from __future__ import annotations

from hostile.packed import (
    MAIN,
    SHEET,
    STRINGS,
    content_xml,
    ods,
    ods_cell,
    ods_row,
    ods_table,
    packed,
    row,
    sheet_xml,
    strings_xml,
    xlsx,
    xlsx_parts,
)

Made = dict[str, tuple[bytes, str]]
_LAUGHS = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' for at in range(1, 10))
_DECLARATIONS = {
    "an outside file": '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    "an outside address": '<!DOCTYPE a [<!ENTITY x SYSTEM "http://127.0.0.1/x">]>',
    "a billion laughs": f'<!DOCTYPE a [<!ENTITY l0 "ha">{_LAUGHS}]>',
    "a quadratic blow-up": f'<!DOCTYPE a [<!ENTITY x "{"x" * 50_000}">]>',
    "parameters": '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1/p"> %p;]>',
    "an outside definition": '<!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd">',
}
_OTHER_PARTS = (
    STRINGS,
    "xl/workbook.xml",
    "xl/styles.xml",
    "xl/_rels/workbook.xml.rels",
    "docProps/custom.xml",
    "xl/drawings/vmlDrawing1.vml",
)


def made() -> Made:
    """This shelf of the collection: bytes and codes, by name."""
    return _declarations() | _encodings() | _places() | _costs() | _companions() | _tables()


def _declared(declaration: str, data: str = "") -> bytes:
    return sheet_xml(data, f'<?xml version="1.0"?>{declaration}')


def _declarations() -> Made:
    used = '<row r="1"><c r="A1" t="inlineStr"><is><t>&x;&l9;</t></is></c></row>'
    found = {
        f"declares {name}.xlsx": (xlsx("", {SHEET: _declared(text, used)}), "unsafe-xml")
        for name, text in _DECLARATIONS.items()
    }
    for part in _OTHER_PARTS:
        xml = xlsx_parts(row(1, part)).get(part, b"<a/>").partition(b"?>")[2] or b"<a/>"
        content = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]>' + xml
        found[f"declares in {part.rpartition('/')[2]}.xlsx"] = (xlsx(row(1, part), {part: content}), "unsafe-xml")
    found["declares after a long comment.xlsx"] = (
        xlsx("", {SHEET: _declared(f"<!--{' ' * 70_000}--><!DOCTYPE a []>")}),
        "unsafe-xml",
    )
    return found


def _encodings() -> Made:
    xml = sheet_xml(row(1, "unusual"), "").decode()
    declared = '<?xml version="1.0" encoding="{}"?>'
    return {
        f"written in {name}.xlsx": (xlsx("", {SHEET: content}), "unusual-encoding")
        for name, content in {
            "utf-16": (declared.format("UTF-16") + xml).encode("utf-16"),
            "utf-16 without a mark": xml.encode("utf-16-le"),
            "utf-32": xml.encode("utf-32"),
            "utf-7": (declared.format("UTF-7") + xml).encode(),
            "ebcdic": (declared.format("cp037") + xml).encode(),
            "utf-16 with entities": (declared.format("UTF-16") + '<!DOCTYPE a [<!ENTITY x "y">]>' + xml).encode(
                "utf-16"
            ),
        }.items()
    }


def _places() -> Made:
    far = {
        "the last": '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "beyond the last": '<row r="9999999"><c r="ZZZZ9999999"><v>1</v></c></row>',
        "in small letters": '<row r="1048576"><c r="xfd1048576"><v>1</v></c></row>',
        "without names": '<row r="1000000000"><c><v>1</v></c></row>',
        "wide here and long there": row(1, "x") + '<row r="1"><c r="XFD1"><v>1</v></c></row>' + row(90_000, "y"),
        "of an error": '<row r="1048576"><c r="XFD1048576" t="e"/></row>',
        "with a prefix": f'<p:row xmlns:p="{MAIN}" r="1048576"><p:c r="XFD1048576"><p:v>1</p:v></p:c></p:row>',
    }
    found = {f"cell far away, {name}.xlsx": (xlsx(data), "cell-too-far") for name, data in far.items()}
    for name, reference in (("everything", "A1:XFD1048576"), ("a million rows", "A1:A1048576")):
        xml = sheet_xml(row(1, name), after=f'<mergeCells count="1"><mergeCell ref="{reference}"/></mergeCells>')
        found[f"merge over {name}.xlsx"] = (xlsx("", {SHEET: xml}), "cell-too-far")
    found["cell without a sensible place.xlsx"] = (
        xlsx('<row r="1"><c r="1A"><v>1</v></c></row>'),
        "damaged-file unreadable-file layout-unknown",
    )
    return found


def _costs() -> Made:
    shared = "".join(f'<c r="A{at}" t="s"><v>0</v></c>' for at in range(1, 3_000))
    dated = '<row r="1"><c r="A1" s="1"><v>{}1e308</v></c></row>'
    long = strings_xml(f"<si><t>{'x' * 1_000_000}</t></si>", 1)
    tags = "<a/>" * 1_600_000
    return {
        "long text in many cells.xlsx": (xlsx(f'<row r="1">{shared}</row>', {STRINGS: long}), "too-large-inside"),
        "texts that are not there.xlsx": (
            xlsx(row(1, "x"), {STRINGS: strings_xml("", 1).replace(b'uniqueCount="1"', b'uniqueCount="4000000000"')}),
            "damaged-file",
        ),
        "text that is not there.xlsx": (
            xlsx('<row r="1"><c r="A1" t="s"><v>4000000000</v></c></row>'),
            "layout-unknown unreadable-file damaged-file",
        ),
        "date 1e308.xlsx": (xlsx(dated.format("")), "layout-unknown unreadable-file"),
        "date -1e308.xlsx": (xlsx(dated.format("-")), "layout-unknown unreadable-file"),
        "number without end.xlsx": (
            xlsx(f'<row r="1"><c r="A1"><v>{"9" * 500_000}</v></c></row>'),
            "layout-unknown unreadable-file",
        ),
        "tags without end.xlsx": (xlsx(f'<row r="1"><c r="XFD1"/></row>{tags}'), "too-large-inside layout-unknown"),
        "deeply nested.xlsx": (
            xlsx(row(1, "deep") + "<a>" * 200_000 + "</a>" * 200_000),
            "layout-unknown unreadable-file damaged-file too-large-inside",
        ),
        "a sheet listed twice.xlsx": (
            xlsx(
                row(1, "twice"),
                {
                    "xl/workbook.xml": xlsx_parts("")["xl/workbook.xml"].replace(
                        b"</sheets>", b'<sheet name="Two" sheetId="2" r:id="rId1"/></sheets>'
                    )
                },
            ),
            "unsafe-archive",
        ),
        "a sheet that is not there.xlsx": (
            packed({name: xml for name, xml in xlsx_parts("").items() if name != SHEET}),
            "unreadable-file damaged-file layout-unknown",
        ),
        "no list of sheets.xlsx": (
            packed({name: xml for name, xml in xlsx_parts("").items() if "workbook" not in name}),
            "unreadable-file damaged-file",
        ),
        "not well formed.xlsx": (
            xlsx("", {SHEET: sheet_xml(row(1, "x"))[:-30]}),
            "unreadable-file damaged-file layout-unknown",
        ),
    }


def _companions() -> Made:
    """Harmless to read, because what they bring along is never followed or run."""
    formula = '<c r="A{0}"><f>{1}</f><v>0</v></c>'
    dde = "".join(
        f'<row r="{at}">{formula.format(at, text)}</row>'
        for at, text in enumerate(("cmd|' /c calc'!A0", "WEBSERVICE(&quot;http://127.0.0.1&quot;)", "1+1"), 1)
    )
    far = '<comment ref="XFD1048576"><text><t>x</t></text></comment>'
    comment = f'<comments xmlns="{MAIN}"><commentList>{far}</commentList></comments>'
    brought = {
        "formulas that ask a program": (dde, {}),
        "a link to a file": (row(1, "link"), {"xl/externalLinks/externalLink1.xml": b"<externalLink/>"}),
        "a dde link": (
            row(1, "dde"),
            {"xl/externalLinks/externalLink1.xml": b'<externalLink><ddeLink ddeService="cmd"/></externalLink>'},
        ),
        "macros": (row(1, "macros"), {"xl/vbaProject.bin": b"\xcc\x61 no program"}),
        "an old macro sheet": (row(1, "macro sheet"), {"xl/macrosheets/sheet1.xml": b"<macrosheet/>"}),
        "an embedded program": (row(1, "embedded"), {"xl/embeddings/oleObject1.bin": b"MZ\x90\0"}),
        "a connection": (row(1, "connection"), {"xl/connections.xml": b"<connections/>"}),
        "a comment far away": (row(1, "comment"), {"xl/comments1.xml": comment.encode()}),
    }
    return {f"brings {name}.xlsx": (xlsx(data, parts), "layout-unknown") for name, (data, parts) in brought.items()}


def _tables() -> Made:
    cell = ods_cell("<text:p>x</text:p>", 'office:value-type="string" table:number-columns-repeated="{}"')
    plain = ods_row("a", "b", "c")
    locked = b'<manifest><file-entry full-path="content.xml"><encryption-data/></file-entry></manifest>'
    laughs = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l0 "ha">{_LAUGHS}]>'
    repeated = 'table:number-rows-repeated="{}"'
    return {
        "repeats rows.ods": (ods(ods_table(ods_row("x", attributes=repeated.format(1_048_576)))), "cell-too-far"),
        "repeats columns.ods": (
            ods(ods_table(f"<table:table-row>{cell.format(16_384)}</table:table-row>" * 40)),
            "cell-too-far",
        ),
        "repeats both.ods": (
            ods(
                ods_table(
                    f"<table:table-row {repeated.format(999_999_999)}>{cell.format(999_999_999)}</table:table-row>"
                )
            ),
            "cell-too-far",
        ),
        "repeats over many sheets.ods": (
            ods("".join(ods_table(ods_row("x", attributes=repeated.format(9_999)), f"S{at}") for at in range(60))),
            "cell-too-far",
        ),
        "repeats no number.ods": (ods(ods_table(ods_row("x", attributes=repeated.format("9" * 40)))), "damaged-file"),
        "repeats before a cell.ods": (
            ods(ods_table(ods_row(attributes=repeated.format(1_048_570)) + plain)),
            "cell-too-far",
        ),
        "spaces without end.ods": (
            ods(ods_table(ods_row('<text:s text:c="900000000"/>'))),
            "too-large-inside",
        ),
        "declares a billion laughs.ods": (
            ods("", {"content.xml": content_xml(ods_table(ods_row("&l9;")), laughs)}),
            "unsafe-xml",
        ),
        "declares in styles.ods": (ods(ods_table(plain), {"styles.xml": laughs.encode() + b"<a/>"}), "unsafe-xml"),
        "locked.ods": (ods(ods_table(plain), {"META-INF/manifest.xml": locked}), "password-protected"),
        "written in utf-16.ods": (
            ods("", {"content.xml": content_xml(ods_table(plain), "").decode().encode("utf-16")}),
            "unusual-encoding",
        ),
        "not well formed.ods": (ods("", {"content.xml": content_xml(ods_table(plain))[:-40]}), "damaged-file"),
        "macros.ods": (ods(ods_table(plain), {"Basic/Standard/Module1.xml": b"<m/>"}), "layout-unknown"),
        "without content.ods": (
            packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}),
            "damaged-file",
        ),
    }
