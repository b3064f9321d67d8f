"""Persons' names in a text: in pairs, after titles, alone, and what only its company makes a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.disclosure.personal.classing import SHORTEST, read_words
from toolkit.disclosure.personal.words import load_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolkit.disclosure.personal.allowing import Allowed
    from toolkit.disclosure.personal.classing import Word
    from toolkit.disclosure.personal.words import Words

_LONGEST_RUN = 5
_NEAR = 40
_RANKS = frozenset({"dc", "ds", "di", "dci", "dcs", "dsu", "pc", "ps", "pcso", "wpc"})
_ROLES = frozenset(
    "lead leads manager officer worker director coordinator aged chair owner head practitioner idva isva nurse".split()  # noqa: SIM905 - a word list
)
_SENTENCE_ENDS = (".", "!", "?", ":", ";", "\u2022", "\n")


def find_names(text: str, allowed: Allowed, taken: Sequence[tuple[int, int]] = ()) -> Iterator[tuple[int, int]]:
    """Start and end of each person's name, in order.

    Args:
        text: a text that has gone through `plain`.
        allowed: what is no person.
        taken: passages that something else was found in.
    """
    known = load_words()
    words = read_words(text, allowed, taken, known)
    place = 0
    while place < len(words):
        end = _name_at(text, words, place, known)
        if end > place:
            start = words[place].start
            yield start, words[end - 1].end
            place = end
        else:
            place += 1


def _name_at(text: str, words: list[Word], place: int, known: Words) -> int:
    """Where the name that begins at a word ends; the same place where none begins there."""
    word = words[place]
    if word.barred:
        return place
    if word.small in known.around.titles and _is_title(word):
        end = _after_title(text, words, place, known)
        if end:
            return end
    if _is_upper_pair(text, words, place):
        return place + 2
    if word.namey:
        return _capital_name(text, words, place, known)
    return _small_name(text, words, place, known)


def _is_upper_pair(text: str, words: list[Word], place: int) -> bool:
    """Such as "SARAH JONES", "GRACE KAUR": first and last name in capitals, one of them certain."""
    if place + 1 >= len(words) or not _close(text, words, place, place + 1):
        return False
    one, two = words[place], words[place + 1]
    strange = [not (each.ordinary or each.sure or each.maybe) and len(each.small) >= SHORTEST for each in (one, two)]
    fits = (one.first and (two.last or two.maybe_last or strange[1])) or (two.last and (one.maybe_first or strange[0]))
    return one.is_upper and two.is_upper and fits and not two.barred


def _is_title(word: Word) -> bool:
    """Ranks are written large ("DC", not "pc"); "MS" is software and "miss" a verb."""
    return word.is_upper if word.small in _RANKS else word.text not in {"MS", "miss"}


def _after_title(text: str, words: list[Word], place: int, known: Words) -> int:
    """The end of a name after a title: "Mrs Kaur", "DC Ahmed", "Mr and Mrs Khan", "mrs kaur"; 0 where none follows."""
    at = place + 1
    if at + 1 < len(words) and words[at].small == "and" and words[at + 1].small in known.around.titles:
        at += 2
    if at >= len(words) or not _close(text, words, at - 1, at, dot=True):
        return 0
    word = words[at]
    if word.barred or (word.small in known.around.after_titles and not word.is_cap):
        return 0
    titled = words[place].is_cap
    if word.small in known.around.titles and at + 1 < len(words):
        return _after_title(text, words, at, known)
    known_small = word.last or word.first or (word.maybe_last and not word.ordinary)
    if not (word.namey or known_small or (word.is_upper and (word.sure or word.maybe) and titled)):
        return 0
    if word.small in known.around.after_titles or (word.is_initial and not _more(text, words, at)):
        return 0
    return _run_end(text, words, at, known)


def _more(text: str, words: list[Word], at: int) -> bool:
    return at + 1 < len(words) and words[at + 1].namey and _close(text, words, at, at + 1, dot=True)


def _run_end(text: str, words: list[Word], place: int, known: Words) -> int:
    """The end of the run of words that could make one name, from a word that could begin it."""
    end = place + 1
    while end < len(words) and end - place < _LONGEST_RUN:
        word = words[end]
        if not _close(text, words, end - 1, end, dot=words[end - 1].is_initial):
            break
        if (
            word.small in known.around.particles
            and not word.barred
            and end + 1 < len(words)
            and words[end + 1].namey
            and (not word.is_cap or not word.ordinary)
        ):
            end += 1
            continue
        if not word.namey:
            break
        end += 1
    while end - 1 > place and words[end - 1].small in known.around.particles and not words[end - 1].namey:
        end -= 1
    return end


def _capital_name(text: str, words: list[Word], place: int, known: Words) -> int:
    """The end of a name that begins with a capital word; `place` where it is none."""
    end = _run_end(text, words, place, known)
    run = words[place:end]
    before = words[place - 1].small if place and _close(text, words, place - 1, place) else ""
    if _is_named_after(text, words, end, known) or before in known.around.before_places - {"the", "our"}:
        return place
    if len(run) > 1 and run[-1].small in known.around.named_after and not run[0].first:
        return place
    if place + 1 < len(words) and _is_surname_first(text, words, place):
        return place + 2
    if len(run) > 1 and _is_full_name(text, words, place, run, known):
        return end
    return place + 1 if _is_single_name(text, words, place, known) else place


def _is_named_after(text: str, words: list[Word], end: int, known: Words) -> bool:
    """Whether a capital word follows that makes it a house, a law or a trust."""
    if end >= len(words) or not words[end].is_cap:
        return False
    gap = text[words[end - 1].end : words[end].start]
    return gap in {" ", "'s ", "'S ", "' "} and words[end].small in known.around.named_after


def _is_surname_first(text: str, words: list[Word], place: int) -> bool:
    """Such as "Jones, Sarah": a surname, a comma, a first name, and no list of names."""
    one, two = words[place], words[place + 1]
    if text[one.end : two.start] not in {", ", ","} or not two.is_cap:
        return False
    listed = place and text[words[place - 1].end : one.start] in {", ", " and "}
    if listed or one.barred or two.barred:
        return False
    return (two.first and (one.last or one.maybe_last or one.unknown)) or (one.last and two.maybe_first)


def _is_full_name(  # noqa: C901, PLR0911 - a line for each rule, the surest first
    text: str, words: list[Word], place: int, run: list[Word], known: Words
) -> bool:
    """Whether a run of words is one name: a certain first or last name in it, an initial, or what stands around it."""
    firsts, lasts = [each.first for each in run], [each.last for each in run]
    others = len(run) - 1
    initials = sum(each.is_initial for each in run)
    if run[0].is_initial and initials == len(run):
        return False
    if any(firsts) and others:
        return True
    dotted = run[0].is_initial and text[run[0].end : run[0].end + 1] == "."
    cued = _is_cued(text, words, place, known, strong=False) or _is_cued(text, words, place, known, strong=True)
    if any(lasts):
        if run[0].is_initial:
            return dotted or run[0].text not in "AI"
        return lasts[-1] or any(lasts[1:]) or run[-1].maybe_last or run[-1].is_initial or cued
    if run[0].is_initial:
        return (dotted or cued) and any(each.unknown or each.maybe_last for each in run)
    if run[0].maybe_first:
        starter = run[0].small in known.around.sentence_starters and _begins_sentence(text, words, place)
        tail = run[-1]
        if starter and tail.ordinary:
            return tail.maybe_last and _does_something(text, words, place + len(run) - 1, known)
        return (
            tail.unknown
            or tail.is_initial
            or (tail.maybe_last and tail.small not in known.around.named_after)
            or tail.maybe_first
        )
    if any(each.small.endswith(known.around.surname_ends) for each in run if each.unknown):
        return True
    if run[0].unknown and run[-1].maybe_last:
        role = _has_role(text, words, place + len(run), known)
        return not run[-1].ordinary or cued or role
    if all(each.unknown or each.maybe or each.is_initial for each in run):
        return _is_cued(text, words, place, known, strong=True) or _has_role(text, words, place + len(run), known)
    return False


def _is_single_name(  # noqa: PLR0911 - a line for each rule, the surest first
    text: str, words: list[Word], place: int, known: Words
) -> bool:
    """Whether a word alone is a name: for certain, or by what stands beside it."""
    word = words[place]
    if word.is_initial:
        return False
    strong = _is_cued(text, words, place, known, strong=True)
    if word.is_upper:
        return word.sure and strong
    if word.first:
        return not _followed_by_noun(text, words, place, known)
    weak = strong or _is_cued(text, words, place, known, strong=False)
    verb = _next_small(text, words, place)
    if word.last:
        certain = len(word.small) > SHORTEST or weak or verb in known.around.person_verbs
        return certain and not _followed_by_noun(text, words, place, known)
    if word.maybe:
        begins = _begins_sentence(text, words, place)
        if _is_aged(text, word.end):
            return True
        if _followed_by_noun(text, words, place, known) or (word.ordinary and not word.maybe_first):
            return False
        if strong or _is_beside_a_name(text, words, place) or _is_doer(text, words, place, known):
            return True
        if word.ordinary:
            return word.maybe_first and verb in known.around.sure_verbs
        return verb in known.around.sure_verbs and (word.maybe_first or not begins)
    return word.unknown and ((strong and not _followed_by_noun(text, words, place, known)) or _is_aged(text, word.end))


def _followed_by_noun(text: str, words: list[Word], place: int, known: Words) -> bool:
    """Whether an ordinary word with a capital follows at once, as in the name of a house or a programme."""
    at = place + 1
    if at < len(words) and words[at].text in known.around.eponym_nouns and len(_between(text, words, place, at)) <= 3:  # noqa: PLR2004 - "'s "
        return True
    return (
        at < len(words)
        and text[words[place].end : words[at].start] == " "
        and words[at].is_cap
        and not words[at].is_initial
        and (words[at].ordinary or words[at].small in known.around.named_after)
        and words[at].small not in known.around.titles
    )


def _is_doer(text: str, words: list[Word], place: int, known: Words) -> bool:
    """Such as "by Ruby": a first name that is also a word, and no month or season by which something is done."""
    if not place or words[place - 1].small != "by" or words[place].small in known.around.times:
        return False
    return words[place].maybe_first and text[words[place].end : words[place].end + 2].strip(" ").isdigit() is False


def _is_beside_a_name(text: str, words: list[Word], place: int) -> bool:
    """Whether the word before or after, in a list, is somebody's first name."""
    return any(
        words[other].first and words[other].is_cap and not words[other].barred
        for other, gap in ((place - 1, ","), (place + 1, ","), (place - 2, "and"), (place + 2, "and"))
        if 0 <= other < len(words) and _between(text, words, place, other).strip() == gap
    )


def _between(text: str, words: list[Word], one: int, two: int) -> str:
    first, second = sorted((one, two))
    return text[words[first].end : words[second].start]


def _is_aged(text: str, end: int) -> bool:
    """Whether an age follows: "(aged 7)", ", aged 34"."""
    after = text[end : end + 12].lower().lstrip(" ,(")
    return after.startswith(("aged ", "age ")) and any(each.isdigit() for each in after)


def _is_cued(text: str, words: list[Word], place: int, known: Words, *, strong: bool) -> bool:
    """Whether what stands before says that a person follows."""
    if not place:
        return False
    gap = text[words[place - 1].end : words[place].start]
    if gap.strip(" ") not in {"", ":", ",", "'s", "(", "-", "\u2013"} or len(gap) > 3:  # noqa: PLR2004 - a space, a sign, a space
        return False
    one = words[place - 1].small
    two = f"{words[place - 2].small} {one}" if place > 1 else ""
    cues = known.around.strong_cues if strong else known.around.weak_cues
    if gap.strip(" ") == "," and two not in cues:
        return False
    return one in cues or two in cues


def _has_role(text: str, words: list[Word], end: int, known: Words) -> bool:
    """Whether a role in brackets or a person's doing follows: "(DA lead)", "attended"."""
    after = text[words[end - 1].end : words[end - 1].end + _NEAR]
    if after.startswith((" (", ", ")) and end < len(words):
        return any(each.small in _ROLES for each in words[end : end + 4])
    return _next_small(text, words, end - 1) in known.around.sure_verbs


def _next_small(text: str, words: list[Word], place: int) -> str:
    at = place + 1
    if at < len(words) and text[words[place].end : words[at].start] == " ":
        return words[at].text
    return ""


def _does_something(text: str, words: list[Word], place: int, known: Words) -> bool:
    """Whether what follows fits a person: a verb, a bracket, a comma or the end."""
    after = text[words[place].end : words[place].end + _NEAR]
    verb = _next_small(text, words, place)
    return (
        not after.strip()
        or after[0] in ",.(;"
        or after.startswith(" (")
        or verb in known.around.person_verbs
        or verb == "will"
    )


def _begins_sentence(text: str, words: list[Word], place: int) -> bool:
    if not place:
        return True
    return text[words[place - 1].end : words[place].start].strip(" ").endswith(_SENTENCE_ENDS)


def _small_name(text: str, words: list[Word], place: int, known: Words) -> int:
    """The end of a name in small letters, or all in capitals: "sarah jones", "SARAH JONES", "spoke to amina"."""
    word = words[place]
    if word.ordinary or len(word.small) < SHORTEST:
        return place
    at = place + 1
    if at < len(words) and _close(text, words, place, at):
        other = words[at]
        surname = other.last or (word.first and other.maybe_last and not other.ordinary)
        if surname and not other.barred and not other.ordinary and len(other.small) >= SHORTEST:
            return at + 1
    if word.first and _is_cued(text, words, place, known, strong=True):
        return at
    return place


def _close(text: str, words: list[Word], one: int, two: int, *, dot: bool = False) -> bool:
    """Whether two words stand side by side, with nothing but spaces between them (and a full stop, where it may be)."""
    gap = text[words[one].end : words[two].start]
    return gap.strip(" ") == "" if not dot else gap.strip(" ") in {"", "."} and "\n" not in gap
