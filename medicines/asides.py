"""What is written in a direction beside doses: dates, telephone numbers, vertebrae, changes already made."""

import re

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
MONTH_OF_YEAR = rf"\b(?:{MONTH}|may) 20[0-9]{{2}}\b"
TELEPHONE = r"(?<![0-9.])0[0-9]{2,4}[ -]?[0-9]{3,4}[ -]?[0-9]{3,4}(?![0-9])"
VERTEBRAE = r"\b[lcst][0-9]{1,2}[/\-][lcst]?[0-9]{1,2}\b"
ASIDE = rf"{DATE}|{MONTH_OF_YEAR}|{TELEPHONE}|{VERTEBRAE}"

CHANGED_FROM = re.compile(r"Y(?:\?|[nq=fguDHoxj]|e(?=n)|h|[are]d)+(?=$|[.,)(\-])")
CHANGE_MADE = re.compile(r"G\?*(?=$|[.,)(\-])")
NEVER_CHANGED = re.compile(r"NT")
FORBIDDEN = ("stop", "increas", "reduc", "decreas", "cut", "doubl", "skip", "miss", "omit", "halv")


def without_changes_made(kinds: list[str], words: list[str]) -> str:
    """The kinds with changes left out that are past ("reduced from 2 bd") or forbidden ("do not stop").

    What is left out becomes full stops; a change that is neither stays one ("T").
    """
    line = NEVER_CHANGED.sub(
        lambda match: ".." if words[match.end() - 1].startswith(FORBIDDEN) else match[0], "".join(kinds)
    )
    if "G" not in line and "Y" not in line:
        return line
    for pattern in (CHANGED_FROM, CHANGE_MADE):
        line = pattern.sub(lambda match: "." * len(match[0]), line)
    return line.replace("G", "T").replace("Y", "T")
