"""What is written in a direction beside doses: dates, telephone numbers, vertebrae, changes already made."""

import re

from medicines.direction_text.sentence import UNKNOWN
from medicines.direction_text.vocabulary.word_table import ROWS

MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
DATE = (
    r"[0-9]{1,2}/[0-9]{1,2}/(?:20)?[0-9]{2}(?![0-9])|[0-9]{1,2}[.\-][0-9]{1,2}[.\-]20[0-9]{2}(?![0-9])"
    r"|[0-9]{1,2}[.][0-9]{1,2}[.][0-9]{2}(?![0-9])|(?:0?[1-9]|1[0-2])/20[0-9]{2}(?![0-9])"
    rf"|[0-9]{{1,2}}(?:st|nd|rd|th)?(?: of)? ?{MONTH}\b(?: ?(?:20)?[0-9]{{2}}\b)?"
    r"|[0-9]{1,2}(?:st|nd|rd|th)(?: of)? may\b(?: ?20[0-9]{2}\b)?"
)
LETTER_OF = r"(?:ip |op[ac]? )"  # an in-patient or out-patient letter of a month
MONTH_OF_YEAR = (
    rf"\b(?:{LETTER_OF}?{MONTH} (?:20)?[0-9]{{2}}|may 20[0-9]{{2}}|{LETTER_OF}may [0-9]{{2}}"
    rf"|{LETTER_OF}[0-9]{{2}}/[0-9]{{2}})\b(?! ?m)"
)
TELEPHONE = r"(?<![0-9.])0[0-9]{2,4}[ -]?[0-9]{3,4}[ -]?[0-9]{3,4}(?![0-9])"
VERTEBRAE = r"\b[lcst][0-9]{1,2}[/\-][lcst]?[0-9]{1,2}\b(?! ?(?:h|x|tim|m[lg]|tab|cap|da))"
ASIDE = re.compile(
    rf"(?<![a-z0-9.])(?=[0-9ijfmasondlct])(?:(?P<date>{DATE}|{MONTH_OF_YEAR})|{TELEPHONE}|{VERTEBRAE})"
)
MAY_HOLD_ASIDE = re.compile(
    r"[0-9]{4}|[0-9]/[0-9]|[0-9][.\-/][0-9lcst]+[.\-/]?|[lcst][0-9]{1,2}[/\-]"
    r"|(?:jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec|th may|of may|[pca] may)"
)
DIGITS_OF_ASIDE = re.compile(
    r"[0-9](?:[.\-/][0-9]{1,2}[.\-/]|/20|(?<=[lcst].)[0-9]?[/\-]"
    r"|(?:st|nd|rd|th)?(?: of)? ?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"|(?<=[bceghlnprtvy] .)[0-9]"  # the last letter of a month, and a year
    r"|(?<=0.)[0-9]{1,3}[ -]?[0-9]{3,4}[ -]?[0-9]{3})"
)
DATE_MARK, ASIDE_MARK = "\x01", "\x02"

CHANGED_FROM = re.compile(r"Y(?:\?|[nq=fguDHoxj5]|e(?=n)|h|[are]d)+(?=$|[.,)(\-])")
CHANGE_MADE = re.compile(
    r"G[?5i]*(?=$|[.,)(\-])(?!.*[nq=][^.]*[ftDVxoWeH])|(?<![nq=ftDVxoWH])^[^nq=G]*G(?=[.,:(\-])"
)
CHANGED_ON = re.compile(r"[TG]5")
CHANGED = ("start", "reduced", "increased", "decreased", "dose")
SLOT_THEN_SLOT = re.compile(r"(?<=[tV])[.,&]*T(?=[nq=][nq=]?[ulg]?[iIjaed]*[tV])")
TWO_DATES = re.compile(r"[ftDVxo][^5]*5[^5]*[nq=][^5]*[ftDVxo]")
IN_DOUBT = re.compile(r"(?<=[ftDgulVdnq=])6|6(?=[nq=])")
NEVER_CHANGED = re.compile(r"NT")
LATE = {row["words"] for row in ROWS if (row["kind"], row["value"]) == ("slot", "night")} | {"on"}
PLANNED = {row["words"] for row in ROWS if row["kind"] == "change made" and row["value"] == "planned"}
FORBIDDEN = ("stop", "increas", "reduc", "decreas", "cut", "doubl", "skip", "miss", "omit", "halv")


def asides_marked(text: str) -> str:
    """The text with a mark in place of each date, telephone number and pair of vertebrae."""
    if not (DIGITS_OF_ASIDE.search(text) and MAY_HOLD_ASIDE.search(text)):
        return text
    return ASIDE.sub(lambda match: DATE_MARK if match["date"] else ASIDE_MARK, text)


def without_asides(kinds: list[str], words: list[str]) -> str:
    """The kinds with dates, and changes that leave the stated dose as it is, made full stops.

    Left out are changes that are past ("reduced from 2 bd", "increased 12/3/24") or forbidden ("do not
    stop"); "then" between two times of day is "and"; any other change stays one ("T"). A date between
    two doses, or a question mark at a dose, leaves them unclear ("!").
    """
    line = "".join(kinds)
    if "T" in line or "G" in line or "Y" in line:
        line = _without_changes(line, words)
    if "6" in line:
        line = IN_DOUBT.sub("!", line).replace("6", ".")
    if "5" in line:
        line = TWO_DATES.sub(lambda match: "!" * len(match[0]), line).replace("5", UNKNOWN)
    return line


def _without_changes(line: str, words: list[str]) -> str:
    def unless(pattern: re.Pattern[str], starts: tuple[str, ...], at: int, made: str) -> str:
        return pattern.sub(
            lambda match: made * len(match[0]) if words[match.start() + at].startswith(starts) else match[0],
            line,
        )

    line = unless(NEVER_CHANGED, FORBIDDEN, 1, ".")
    line = unless(CHANGED_ON, CHANGED, 0, ".")
    line = SLOT_THEN_SLOT.sub(
        lambda match: (
            "&" * len(match[0])
            if words[match.end() - 1] == "then" and words[match.start() - 1].removeprefix("at ") not in LATE
            else match[0]
        ),
        line,
    )
    for pattern in (CHANGED_FROM, CHANGE_MADE):
        line = pattern.sub(lambda match: "." * len(match[0]), line)
    return line.replace("G", "T").replace("Y", "T")
