"""What to do about a row that is kept back: a plain sentence for every reason, and whether a corrected layout
or contract may let the row through as it was sent."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Guidance:
    """How a reason is written, what the practice or the analyst does, and whether a retry may help."""

    reason: str  # a regular expression, searched for
    words: str
    retry: bool = False
    asks: str = "Please correct these rows."  # of the practice, in a message to it; empty: nothing


SENT_AGAIN = "and sends the period again"
COPY = Guidance("^exact copy of an earlier row$", "Ignore it: the row it copies is loaded.", asks="")
GUIDANCE = (
    Guidance(
        "the text is withheld$",
        f"The practice takes it out of the text, in the clinical system or in the file, {SENT_AGAIN}. The "
        "text was not kept, so a retry cannot help.",
        asks="Please take names, numbers and addresses of people out of these texts.",
    ),
    Guidance(
        r"^\d+ cells where the header has \d+$",
        f"If it is a line of totals, ignore it. Otherwise the practice exports the file again {SENT_AGAIN}.",
        asks="If these are lines of totals, please leave them out. Otherwise please export the file again.",
    ),
    Guidance(
        "^a comma seems to be missing between",
        f"The practice looks at the row in Notepad and exports the file again {SENT_AGAIN}.",
        asks="Please export the file again: a comma is lost beside a pseudonym.",
    ),
    Guidance(
        "may be cut short$|may have cut this row apart$",
        f"The practice exports the file again {SENT_AGAIN}. If its system ends every file so, the analyst "
        'says final_line_end = "optional" in the layout.',
        asks="Please export the file again: a row of it is cut.",
    ),
    Guidance(
        "^a line break inside a cell|^a quotation mark stands inside a cell",
        f"The practice takes the line break or quotation mark out, exports the file again {SENT_AGAIN}.",
        asks="Please take the line break or quotation mark out and export the file again.",
    ),
    Guidance(
        "^a cell holds an error",
        f"The practice replaces formulas by their values in the workbook {SENT_AGAIN}.",
        asks="Please replace formulas by their values.",
    ),
    COPY,
    Guidance(
        "neither leaves a row out nor keeps it$",
        "The analyst adds the value to values or keep in the layout file, and the practice sends the period "
        "again.",
        asks="Please tell us what these entries mean.",
    ),
    Guidance(
        "stands for more than one by its count$",
        "The report has made one row of equal issues: the practice adds the time of day or an issue number "
        f"{SENT_AGAIN}.",
        asks="Please add the time of day to the report: it has made one row of several issues.",
    ),
    Guidance(
        "^a column without a name is filled in some rows",
        f"The practice looks for commas outside quotation marks and exports the file again {SENT_AGAIN}.",
        asks="Please export the file again: some rows have a cell too many.",
    ),
    Guidance(
        "as in an earlier row$",
        "Two rows say different things of the same; the first is loaded. The practice corrects the record or "
        f"the search {SENT_AGAIN}.",
        asks="Two rows say different things of the same. Please correct the record or the search.",
    ),
    Guidance(
        "is missing$",
        f"The practice records the value, or adds the column to the search, {SENT_AGAIN}.",
        asks="Please record the value, or add the column to the search.",
    ),
    Guidance(
        "is not a date of this layout$|is not a month$",
        "If the system writes dates so, the analyst adds the form to dates in the layout file and retries; a "
        f"word for “none” goes to blank there. Otherwise the practice corrects the date {SENT_AGAIN}.",
        retry=True,
        asks="Please check that the dates stand as your system writes them, none typed by hand.",
    ),
    Guidance(
        "is neither yes nor no$",
        "The analyst adds the word to yes, no or blank in the layout file and retries.",
        retry=True,
        asks="Please check that the column says yes or no.",
    ),
    Guidance(
        "is not one of the allowed values$",
        "The analyst says in the layout file which allowed value the word means, or adds it to the contract, "
        "and retries.",
        retry=True,
        asks="Please check these entries, and tell us if your system writes them so.",
    ),
    Guidance(
        "does not read as its parts$",
        "The analyst widens the split pattern in the layout file and retries; if the cell is incomplete, the "
        f"practice corrects it {SENT_AGAIN}.",
        retry=True,
        asks="Please check that these cells are whole.",
    ),
    Guidance(
        "is not a number$|is not a whole number$|is not a whole code of digits$",
        f"The practice exports it as plain digits {SENT_AGAIN}; a code that a spreadsheet has rounded is "
        "lost. If it is a word for “none”, the analyst adds it to blank in the layout file and retries.",
        retry=True,
        asks="Please export these columns as plain digits, without opening the file in a spreadsheet.",
    ),
    Guidance(
        r" is (below|above) -?\d",
        f"The practice corrects the number in the clinical system {SENT_AGAIN}. If such numbers are right, "
        "the analyst widens the range in the contract and retries.",
        retry=True,
        asks="Please check these numbers in the clinical system.",
    ),
    Guidance(
        "lies before [a-z]",
        f"The practice corrects the dates in the clinical system {SENT_AGAIN}. The end of an earlier "
        "registration belongs to the row of that one.",
        asks="Please check these dates: something ends before it begins.",
    ),
    Guidance(
        "lies outside the period",
        f"The search takes in other months: the practice corrects its dates {SENT_AGAIN}. If the extract of "
        "the right month holds the row, ignore it.",
        asks="Please check the dates that the search takes in: only the months of the file.",
    ),
    Guidance(
        "lies after the period",
        f"The practice corrects the date {SENT_AGAIN}. If such dates may lie ahead, the analyst says so in "
        "the contract (future) and retries.",
        retry=True,
        asks="Please check these dates in the clinical system.",
    ),
    Guidance(
        "is before 1900$",
        f"The practice corrects the date in the clinical system {SENT_AGAIN}.",
        asks="Please correct these dates in the clinical system.",
    ),
    Guidance(
        "is not a pseudonym$",
        f"The practice pseudonymises the column {SENT_AGAIN}. The row was not kept, so a retry cannot help. "
        "Where pseudonyms are whole numbers, the layout says so: pseudonym.",
        asks="Please put pseudonyms in this column before you send it.",
    ),
    Guidance(
        "is not a code$",
        f"The practice sends the code, not words, {SENT_AGAIN}.",
        asks="Please send the code, not words.",
    ),
    Guidance(
        "is longer than",
        f"The practice shortens the text, or exports as CSV so that nothing makes it a date, {SENT_AGAIN}.",
        asks="Please shorten the text, or export as CSV.",
    ),
    Guidance(
        "is not in the practice list$",
        "The analyst adds the practice to the practice list, loads it and retries; or the practice corrects "
        f"the code {SENT_AGAIN}.",
        retry=True,
        asks="Please check the practice code.",
    ),
    Guidance(
        "is not the practice of its file$",
        "The practice sends each practice's rows in a file apart.",
        asks="Please send each practice's rows in a file of their own.",
    ),
    Guidance(
        "its months are held by another extract$",
        "The practice sends its own period again, whole, with this row.",
        asks="Please send your own period again, whole, with these rows.",
    ),
)
OTHERWISE = Guidance("", f"The practice corrects the row {SENT_AGAIN}.")


def guidance(reason: str) -> list[Guidance]:
    """What to do about each part of a reason ("…; …"), each told once."""
    found = [
        next((r for r in GUIDANCE if re.search(r.reason, part)), OTHERWISE) for part in reason.split("; ")
    ]
    return list(dict.fromkeys(found))


def what_to_do(reason: str) -> str:
    """The sentences for a reason. A text that was withheld comes first: nothing else helps then."""
    found = guidance(reason)
    if len(found) > 1 and not may_retry(reason):
        found = [one for one in found if not one.retry]
    return " ".join(one.words for one in found)


def asked_of_practice(reason: str) -> str:
    """What a message asks a practice to do about rows of a reason; empty where it need do nothing."""
    return " ".join(dict.fromkeys(one.asks for one in guidance(reason) if one.asks))


def next_step(reason: str) -> str:
    """Who is next: "retry" (the analyst, after a correction), "nothing", or "send again" (the practice)."""
    if may_retry(reason):
        return "retry"
    return "nothing" if all(one == COPY for one in guidance(reason)) else "send again"


def may_retry(reason: str) -> bool:
    """Whether a corrected layout or contract may let a row of this reason through as it was sent."""
    return all(one.retry for one in guidance(reason))
