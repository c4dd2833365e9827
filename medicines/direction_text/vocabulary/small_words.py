"""Small words in their place: elsewhere each may be a word that carries meaning, with one letter wrong.

"it" for if, "of" for if or od, "be" for bd, "the" for then or tue, "right" for eight, "give" for five,
"bed" for bd, "sr" for wr, "et" for at, "hs" for hrs.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from medicines.direction_text.sentence import UNKNOWN, UNREADABLE, Value
from medicines.direction_text.vocabulary.typing_slips import blocks

Phrase = tuple[tuple[str, ...], str, Value]
"""Words, the kind of what they are together, and its value."""

QUIET = ("", UNKNOWN)
"""Kinds of words that say nothing about a dose."""

AFTER_VERB = (*QUIET, "~", "Z", "N")
OFTEN_OR_WHEN = set("ftDdhHwWAV")
COUNTED: set[str | None] = set("ftupDeo~|sg")
AMOUNTS = set("nuplgqK=X~")
MODIFIED = ("u", "g", "$")
TITLES = {"dr", "doctor", "mr", "mrs", "miss", "ms", "prof", "nurse"}


class Beside(NamedTuple):
    """The kinds of the phrases before and after a word, None at an end of the run, and the words after."""

    before: str | None
    after: str | None
    words_after: tuple[str, ...]

    @property
    def quiet_after(self) -> bool:
        return self.after in QUIET

    @property
    def quiet_before(self) -> bool:
        return self.before in QUIET


def _of(beside: Beside) -> bool:
    if beside.before == "n":
        return beside.after == ""
    return beside.quiet_after if beside.before is None else beside.before not in OFTEN_OR_WHEN


def _it(beside: Beside) -> bool:
    starts = beside.before is None and beside.quiet_after and len(beside.words_after) > 1
    return starts or (beside.before != "Z" and beside.before in AFTER_VERB)


RIGHT: dict[str, Callable[[Beside], bool]] = {
    "i": lambda beside: beside.after in COUNTED or beside.words_after == ("po",),
    "most": lambda beside: beside.after is not None,
    "it": _it,
    "them": _it,
    "give": lambda beside: beside.before is None or beside.before in AFTER_VERB,
    "even": lambda beside: beside.before is None or beside.before in AFTER_VERB,
    "have": lambda beside: beside.before is None or beside.before in AFTER_VERB,
    "taking": lambda beside: beside.before != "N",
    "the": lambda beside: beside.after is not None or beside.before != "t",
    "of": _of,
    "do": lambda beside: beside.quiet_after or beside.words_after[:1] == ("not",),
    "be": lambda beside: beside.before in AFTER_VERB,
    "your": lambda beside: beside.quiet_after,
    "right": lambda beside: beside.quiet_after,
    "very": lambda beside: beside.quiet_after,
    "bed": lambda beside: beside.before is not None and beside.before not in AMOUNTS,
    "hs": lambda beside: beside.before in ("u", "g", "l"),
    "sr": lambda beside: beside.before in MODIFIED or beside.after in MODIFIED,
    "et": lambda beside: beside.before == "t",
    "upper": lambda beside: beside.quiet_after and beside.before != "&",
}
"""Whether a word is in its place."""

SAYS_NOTHING: dict[str, Callable[[Beside], bool]] = {
    "on": lambda beside: beside.quiet_after and beside.quiet_before,
    "to": lambda beside: beside.quiet_after and beside.before is not None,
}
"""Whether a word that may be a night, or the sign of a range, is neither: on dry skin, to the arm."""


def kind_in_place(found: Sequence[Phrase], at: int) -> str:
    """The kind of a phrase where it stands; unreadable where it may be another word."""
    words, kind, _ = found[at]
    if len(words) > 1:
        return kind
    before = found[at - 1] if at else None
    after = found[at + 1] if at + 1 < len(found) else None
    beside = Beside(before[1] if before else None, after[1] if after else None, after[0] if after else ())
    if kind == UNKNOWN:
        return UNKNOWN if _named(words[0], before) else UNREADABLE
    if words[0] in SAYS_NOTHING and SAYS_NOTHING[words[0]](beside):
        return ""
    return kind if words[0] not in RIGHT or RIGHT[words[0]](beside) else UNREADABLE


def _named(word: str, before: Phrase | None) -> bool:
    """Whether an unknown word is the name after a title, and no misspelt word that carries meaning."""
    return before is not None and before[0][-1] in TITLES and not blocks(word)
