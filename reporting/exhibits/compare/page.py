"""The page Compare: its head, one practice's standing in a sentence, and what it shows in order."""

from __future__ import annotations

from dataclasses import dataclass

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.compare.similar import TEN, Nearest, SimilarListing
from reporting.exhibits.compare.standing import PREVALENCE, Standings, standings
from reporting.exhibits.compare.strips import Strips
from reporting.exhibits.coverage import area_name, coverage
from reporting.exhibits.exhibit import Head
from reporting.exhibits.kinds.rates import SURELY, UNSURE
from reporting.exhibits.wording import counted, month, practice_words, spelled

DOSE = {
    "higher": "{} has more people on a high-dose opioid than similar practices",
    "lower": "{} has fewer people on a high-dose opioid than similar practices",
    UNSURE: "{}: no sure difference from similar practices in high dose",
}


CHART, LIST = Strips, SimilarListing


@dataclass(frozen=True)
class Choice:
    """The head of the page; without a practice the practices one may choose, and the words above them."""

    head: Head
    nothing: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class CompareHead:
    """Makes the head: the practice's standing in a sentence, or which practices there are to choose."""

    nearest: Nearest = TEN

    def __call__(self, snapshot: Snapshot, scope: Scope, selection: Selection) -> Choice:
        if selection.practice is None:
            frame = figures.practices(snapshot, scope, selection).frame
            pairs = zip(frame["name"], frame["practice_code"], strict=True)
            asks = "One practice at a time is compared with similar ones. Choose it in the list Practice."
            choices = tuple(practice_words(str(name), str(code)) for name, code in pairs)
            nothing = "Choose one of these:" if choices else coverage(snapshot, scope, selection).nothing()
            return Choice(Head("Which practice?", asks), nothing, choices)
        name = area_name(snapshot, scope, selection)
        found = standings(snapshot, scope, selection, self.nearest)
        if not found.rows:
            return Choice(Head(f"No figures for {name} yet", found.nothing), found.nothing)
        if found.peers == 0:
            return Choice(Head(f"{name} cannot be compared yet", found.nothing))
        return Choice(Head(_headline(name, found, selection), _introduction(found)))


def _headline(name: str, found: Standings, selection: Selection) -> str:
    dose = next(r for r in found.rows if r.measure == PREVALENCE and r.threshold == selection.threshold)
    concern, well = len(found.apart["concern"]), len(found.apart["improvement"])
    if not concern and not well:
        return f"{name}: no sure difference from similar practices"
    parts = [counted(concern, "measure needs a look", "measures need a look")] if concern else []
    of = ("is better", "are better") if concern else ("measure is better", "measures are better")
    parts += [counted(well, *of)] if well else []
    if dose.word not in DOSE:
        return f"{name}: {', '.join(parts)}"
    return f"{DOSE[dose.word].format(name)}; {', '.join(parts)}"


def _introduction(found: Standings) -> str:
    apart = found.apart
    total = sum(len(rows) for rows in apart.values())
    ways = [f"{len(apart['concern'])} worse", f"{len(apart['improvement'])} better"]
    ways += [f"{len(apart['neutral'])} without a better direction"] if apart["neutral"] else []
    few = len(found.rows) - found.judged
    left = f" {spelled(few, 'measure is', 'measures are')} not compared: too few people." if few else ""
    said = (
        f"{spelled(total, 'measure', 'measures')} of the {found.judged} compared "
        f"{'differs' if total == 1 else 'differ'} from the {found.peers} most similar practices "
        f"({SURELY}): {', '.join(ways)}."
        if total
        else f"None of the {found.judged} measures compared surely differs from the {found.peers} most "
        "similar practices."
    )
    when = "" if found.month is None else f" {month(found.month)}."
    return f"{said}{left}{when}"
