"""Personal data with a format of its own: numbers, e-mail addresses, postcodes, dates of birth, references."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolkit.disclosure.personal.finding import Found, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
_YEAR = r"(?:(?:19|20)[0-9]{2}|'?[0-9]{2})"
_DATE = rf"""(?:
    [0-3]?[0-9]\s?[/.\-]\s?(?:[01]?[0-9]|{_MONTH})\s?[/.\-]\s?{_YEAR}
    |(?:19|20)[0-9]{{2}}[/.\-][01]?[0-9][/.\-][0-3]?[0-9]
    |[0-3]?[0-9](?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}\.?,?\s+{_YEAR}
    |{_MONTH}\s+[0-3]?[0-9](?:st|nd|rd|th)?,?\s+{_YEAR}
    |[0-3][0-9]\s[01][0-9]\s{_YEAR}
    |[0-3][0-9][01][0-9]{_YEAR}
)(?![0-9])"""
_BIRTH = re.compile(
    rf"""(?<![\w])(?:d\.?\s?o\.?\s?b\b\.?|date\s+of\s+birth|birth\s?(?:date|day)|born(?:\s+on)?|b\.)
    [\s:\-=(,]*(?:(?:the|is|was|on|of)\s+){{0,3}}{_DATE}
    |(?<![\w/.\-]){_DATE}\s*\(?(?:d\.?o\.?b\b\.?|date\s+of\s+birth)\)?""",
    re.IGNORECASE | re.VERBOSE,
)
_EMAIL = re.compile(
    r"(?<![\w.+'-])[\w+'-](?:[\w.+'-]{0,62}[\w+'-])?\s{0,2}@\s{0,2}(?:[\w-]{1,63}\.){1,6}[^\W\d_]{2,24}(?![\w-])"
)
_SPELT = re.compile(
    r"""(?<![\w.+-])[\w+-](?:[\w.+-]{0,60}[\w+-])?(?:\s+(?:dot\s+[\w+-]{1,40}\s+){0,3}at\s+|\s*[(\[]\s?at\s?[)\]]\s*)
    [\w-]{1,63}(?:(?:\s+dot\s+|\s*[(\[]\s?dot\s?[)\]]\s*|\.)[\w-]{1,63}){0,4}
    (?:\s+dot\s+|\s*[(\[]\s?dot\s?[)\]]\s*)[a-z]{2,24}(?![\w-])
    |(?<![\w.+-])[\w+-](?:[\w.+-]{0,60}[\w+-])?\s*[(\[]\s?at\s?[)\]]\s*(?:[\w-]{1,63}\.){1,5}[a-z]{2,24}(?![\w-])""",
    re.IGNORECASE | re.VERBOSE,
)
_SPELT_HINT = re.compile(r"\bdot\b|[(\[]\s?at\s?[)\]]", re.IGNORECASE)
_DIGIT = re.compile("[0-9]")
_AREAS = (
    "AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK FY G "
    "GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW "
    "OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC "
    "WD WF WN WR WS WV YO ZE"
)
_OUTWARD = rf"(?:{'|'.join(sorted(_AREAS.split(), key=len, reverse=True))})(?:[0-9][0-9]?|[0-9][A-HJKPSTUWXY])"
_POSTCODE = re.compile(
    rf"(?<![\w/-])(?:{_OUTWARD}\s{{0,2}}[0-9](?!(?:st|nd|rd|th)\b)[ABD-HJLNP-UW-Z]{{2}}|GIR\s?0AA)(?![\w])",
    re.IGNORECASE,
)
_STREET = (
    r"(?:Road|Rd|Street|St|Avenue|Ave|Lane|Drive|Close|Crescent|Cres|Court|Way|Place|Terrace|Gardens|Grove|Square|Walk|Row|"
    r"Mews|View|Hill|Croft|Rise|Green)"
)
_ADDRESS = re.compile(
    rf"""(?<![\w/.-])(?:(?i:flat|apartment|apt|room|unit)\s[0-9]{{1,4}}[A-Za-z]?,?\s)?[0-9]{{1,4}}[A-Za-z]?,?\s
    (?:[A-Z][\w']{{1,20}}\s){{1,3}}{_STREET}(?![\w'])
    (?:,\s?[A-Z][a-z]+(?:\s[A-Z][a-z]+)?){{0,2}}(?:,?\s{_OUTWARD}(?:\s?[0-9][A-Z]{{2}})?(?![\w]))?""",
    re.VERBOSE,
)
_NHS = re.compile(r"(?<![\w/.+-])[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}(?![\w/]|-[0-9]|\.[0-9])")
_SAYS_NHS = re.compile(r"\bNHS\s*(?:number|num|no|id|ref)?\W{0,4}(?:is|was)?\W{0,2}$", re.IGNORECASE)
_INSURANCE = re.compile(
    r"(?<![\w])(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][ -]?"
    r"[0-9]{2}[ -]?[0-9]{2}[ -]?[0-9]{2}[ -]?[A-D](?![\w])",
    re.IGNORECASE,
)
_TELEPHONE = re.compile(
    r"""(?<![\w/.+-])(?:\(?(?:\+|00)\s?44\)?[\s.-]?(?:\(0\)[\s.-]?)?|\+\s?(?!44)[1-9]|\(?0)
    (?:[\s.()-]{0,3}[0-9]){6,13}(?![0-9/]|[.-][0-9])(?:\s?,?\s?(?:ext(?:ension)?\.?|x)\s?[0-9]{1,5}\b)?""",
    re.IGNORECASE | re.VERBOSE,
)
_NUMBER = r"(?:[A-Z]{0,6}[/-]?[0-9](?:[/-]?[0-9A-Z]){2,17})"
_CASE = re.compile(
    r"""(?<![\w/.-])(?:
    [0-9]{2}[A-Z]{0,3}/[0-9]{3,7}[A-Z]?/[0-9]{2}
    |[A-Z]{2}[0-9]{2}[A-Z][0-9]{5}
    |T20[0-9]{6}
    |[0-9]{2}[A-Z]{2}[0-9]{7}
    |MARAC[/-](?:[0-9]{2,4}[/-])?[0-9]{2,6}(?:[/-][0-9]{2,6})?
    )(?![\w/-])""",
    re.VERBOSE,
)
_CUED_CASE = re.compile(
    rf"""(?<![\w])(?:
        (?:crime|incident|occurrence|custody|court|marac|mappa|case|claim|police|niche|iopc|safeguarding|referral|client|
            social\s+care|log|file|athena|connect|liquidlogic|mosaic|lcs|oasis)
        (?:\s+(?:case|incident|crime|court|file|record|log))?
        (?:\s+(?:reference|ref|number|num|no|id|log))?
        |our\s+ref|ref|refs|reference|reference\s+number|ref\s?no|urn
    )\.?\s{{0,2}}[:\#=(]?\s{{0,2}}(?:(?:is|was)\s)?(?P<code>{_NUMBER})(?![\w]|/[0-9])""",
    re.IGNORECASE | re.VERBOSE,
)
_ABOUT_PAPERS = re.compile(
    r"\b(?:policy|policies|procedure|document|version|contract|tender|minutes?|budget|invoice|cost|form|template|standard|"
    r"criterion|criteria|section|appendix|training|course|module|risk|register|item|action|grant|order|po|purchase|audit|iso|guidance|leaflet|poster|report)\b[^.;:\n]{0,12}$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\b(?:ref|refs|reference|no|number|num|id|log|urn)\b", re.IGNORECASE)
_ONLY_DATE = re.compile(
    r"(?:[0-3]?[0-9][/-][01]?[0-9][/-](?:[0-9]{2}){1,2}|[0-9]{4}[/-][0-9]{2}(?:[/-][0-9]{2})?|(?:19|20)[0-9]{2}(?:[/-](?:19|20)?[0-9]{2})?)"
)
_FEWEST_PLAIN = 5
_FEWEST_NUMBERED = 3


def find_formats(text: str) -> Iterator[Found]:
    """Everything in a text that a format tells, in no order; passages may overlap.

    Args:
        text: a text that has gone through `plain`.
    """
    if _SPELT_HINT.search(text):
        yield from (Found(match.start(), match.end(), Kind.EMAIL) for match in _SPELT.finditer(text))
    if "@" in text:
        yield from (Found(match.start(), match.end(), Kind.EMAIL) for match in _EMAIL.finditer(text))
    if not _DIGIT.search(text):
        return
    for kind, pattern, is_meant in _FORMATS:
        for match in pattern.finditer(text):
            if is_meant(match):
                yield Found(match.start(), match.end(), kind)
    for match in _CUED_CASE.finditer(text):
        if _is_case(match):
            yield Found(match.start("code"), match.end("code"), Kind.CASE)


def _always(_: re.Match[str]) -> bool:
    return True


def _is_nhs(match: re.Match[str]) -> bool:
    """Whether ten digits are an NHS number: its check digit is right (modulo 11), or the text says that it is one."""
    from stdnum.gb import nhs

    before = match.string[max(0, match.start() - 24) : match.start()]
    return bool(nhs.is_valid(match[0])) or _SAYS_NHS.search(before) is not None


def _is_telephone(match: re.Match[str]) -> bool:
    """Whether digits could be somebody's number by the numbering plan; helplines are free or shared-cost numbers."""
    import phonenumbers

    try:
        number = phonenumbers.parse(match[0].lstrip("("), "GB")
    except phonenumbers.NumberParseException:
        return False
    national = str(number.national_number)
    if number.country_code == _BRITAIN and national.startswith(_NOBODYS):
        return False
    return bool(phonenumbers.is_possible_number(number))


_BRITAIN = 44
_NOBODYS = ("800", "808", "845", "844", "843", "870", "871", "872", "873", "3", "500", "9", "116")


def _is_case(match: re.Match[str]) -> bool:
    code: str = match["code"]
    before = match.string[max(0, match.start() - 32) : match.start()]
    if _ONLY_DATE.fullmatch(code) or _ABOUT_PAPERS.search(before) or not any(each.isdigit() for each in code):
        return False
    digits = sum(map(str.isdigit, code))
    if _NUMBERED.search(match[0][: match.start("code") - match.start()]):
        return digits >= _FEWEST_NUMBERED
    return digits >= _FEWEST_PLAIN or (("/" in code or "-" in code) and digits > _FEWEST_NUMBERED)


_FORMATS: tuple[tuple[Kind, re.Pattern[str], Callable[[re.Match[str]], bool]], ...] = (
    (Kind.BIRTH, _BIRTH, _always),
    (Kind.INSURANCE, _INSURANCE, _always),
    (Kind.NHS_NUMBER, _NHS, _is_nhs),
    (Kind.TELEPHONE, _TELEPHONE, _is_telephone),
    (Kind.CASE, _CASE, _always),
    (Kind.POSTCODE, _POSTCODE, _always),
    (Kind.ADDRESS, _ADDRESS, _always),
)
