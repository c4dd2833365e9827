"""How often: the phrases of a direction that say how many times a day, and at which times of the day."""

import re
from collections.abc import Callable

from medicines.direction_text.sentence import BAD, KEEP, Made, Sentence, Steps

DAY, WEEK = 1.0, 7.0
TWICE_WEEKLY, EVERY_96_HOURS = 2 / WEEK, 1 / 4
FREQUENCIES = re.compile("f+")
AT_SLOT = "@"
AMOUNT_AT_END = re.compile(r"n[up]?$")
CLOCKS = re.compile(r"t[.,&r]*t$")
AMOUNT_AT_HALF_DAY = re.compile(r"(?<!i)nV(?=.*nt)")
LARGEST_BARE_AMOUNT = 4
MOST_TIMES = 12  # "22 times a day" is likelier two, two times
SHORT_GAP, ODD_GAPS, HALF_DAYS, LONGEST_GAP = 12, (16, 18), 12, 336  # hours; "every 46" is a slip
LONGEST_DAYS = 14  # "every 23 days" is likelier 2-3


def _number(sentence: Sentence, start: int, end: int, kind: str = "n") -> tuple[float, float]:
    at = sentence.kinds.index(kind, start, end)
    return sentence.values[at][0], sentence.values[at][1]


def _f(low: float, high: float) -> Made:
    if low <= 0 or high > 48:
        return BAD
    return "f", (low, high, "")


def times_per(days: float) -> Callable[[Sentence, int, int], Made]:
    """The number matched, times in so many days."""

    def made(sentence: Sentence, start: int, end: int) -> Made:
        low, high = _number(sentence, start, end)
        return _f(low / days, high / days) if high <= MOST_TIMES and _whole(low, high) else BAD

    return made


def once_per(days: float) -> Callable[[Sentence, int, int], Made]:
    """Once (or twice) in so many days."""

    def made(sentence: Sentence, start: int, end: int) -> Made:
        times = _number(sentence, start, end, "o")[0] if "o" in sentence.kinds[start:end] else 1.0
        return _f(times / days, times / days)

    return made


def _whole(*numbers: float) -> bool:
    """Whether numbers are whole: "every 4.6 hours" is likelier 4-6."""
    return all(number == int(number) for number in numbers)


def _usual_gap(hours: float) -> bool:
    usual = hours <= SHORT_GAP or hours in ODD_GAPS or (hours % HALF_DAYS == 0 and hours <= LONGEST_GAP)
    return usual and _whole(hours)


def _usual_days(days: float) -> bool:
    return days <= LONGEST_DAYS and _whole(2 * days)  # 3.5 days is half a week


def each(days: float) -> Callable[[Sentence, int, int], Made]:
    """Once in so many times the number matched: every 6 hours, every 3 days."""

    def made(sentence: Sentence, start: int, end: int) -> Made:
        low, high = _number(sentence, start, end)
        times = _number(sentence, start, end, "o")[0] if "o" in sentence.kinds[start:end] else 1.0
        usual = _usual_gap if days < DAY else _usual_days
        supplied = "r" in sentence.kinds[start:end]  # 84 per 28 days
        if low <= 0 or not (supplied or (usual(low) and usual(high))):
            return BAD
        return _f(times / (high * days), times / (low * days))

    return made


def _times_in_hours(sentence: Sentence, start: int, end: int) -> Made:
    hours = sentence.values[end - 2]
    low, high = sentence.values[start][:2]
    if hours[0] != hours[1] or hours[0] <= 0:
        return BAD
    return _f(low * 24 / hours[0], high * 24 / hours[0])


def _also(sentence: Sentence, start: int, end: int) -> Made:
    return "&", (0.0, 0.0, "")


def _unclear(sentence: Sentence, start: int, end: int) -> Made:
    return BAD


def _few_times(sentence: Sentence, start: int, end: int) -> Made:
    """The number after a cross, times a day: 1 x 3 daily; a larger one could be an amount."""
    times = sentence.values[start + 1]
    return _f(times[0], times[1]) if times[0] >= 2 and times[1] <= LARGEST_BARE_AMOUNT else BAD


def _once_or_twice(sentence: Sentence, start: int, end: int) -> Made:
    low, high = sentence.values[start][0], sentence.values[start + 2][0]
    return _f(low, high) if low < high else BAD


def _hourly(sentence: Sentence, start: int, end: int) -> Made:
    return _f(24.0, 24.0)


def _in_hours(sentence: Sentence, start: int, end: int) -> Made:
    hours = sentence.values[end - 2]
    return _f(24 / hours[0], 24 / hours[0]) if hours[0] == hours[1] and hours[0] > 0 else BAD


def _weeks(sentence: Sentence, start: int, end: int) -> Made:
    """As often as the number or once/twice says, in the days of the week word (7 or 14)."""
    low = high = 1.0
    for at in range(start, end):
        if sentence.kinds[at] in "no":
            low, high = sentence.values[at][:2]
    days = sentence.values[end - 1][0]
    return _f(low / days, high / days)


def _weekly_after_number(sentence: Sentence, start: int, end: int) -> Made:
    """A bare number before "weekly" is an amount if it is one; "2 weekly" could be every two weeks."""
    return _weeks(sentence, start, end) if sentence.values[start - 1][:2] == (1.0, 1.0) else BAD


def _alternate_weeks(sentence: Sentence, start: int, end: int) -> Made:
    days = 2 * sentence.values[end - 1][0]
    return _f(1 / days, 1 / days)


def _every_weeks(sentence: Sentence, start: int, end: int) -> Made:
    low, high = _number(sentence, start, end)
    days = sentence.values[end - 1][0]
    return _f(1 / (high * days), 1 / (low * days)) if low > 0 else BAD


def _weekdays(sentence: Sentence, start: int, end: int) -> Made:
    days = [int(sentence.values[at][0]) for at in range(start, end) if sentence.kinds[at] == "y"]
    if any(kind in "~-" for kind in sentence.kinds[start:end]):
        if len(days) != 2:
            return BAD
        days = list(range((days[1] - days[0]) % 7 + 1))
    times = len(set(days)) / WEEK
    return "f", (times, times, ",".join(map(str, sorted(set(days)))))


def _each_weekday(sentence: Sentence, start: int, end: int) -> Made:
    """The same amount on each of several days of the week: one on Monday and one on Thursday."""
    amounts = [sentence.values[at][:2] for at in range(start, end) if sentence.kinds[at] == "n"]
    first = AMOUNT_AT_END.search(sentence.kinds, 0, start)
    days = [sentence.values[at][0] for at in range(start, end) if sentence.kinds[at] == "y"]
    same = first and {sentence.values[first.start()][:2], *amounts} == {amounts[0]}
    return _weekdays(sentence, start, end) if same and len(set(days)) == len(days) else BAD


def _ordinal(sentence: Sentence, start: int, end: int) -> Made:
    days, _ = _number(sentence, start, end, "O")
    per = days / 24 if sentence.kinds[end - 1] == "h" else days
    return ("f", (1 / per, 1 / per, _slot_of(sentence, end))) if per > 0 else BAD


def _alternate_slot(sentence: Sentence, start: int, end: int) -> Made:
    return "f", (0.5, 0.5, _slot_of(sentence, end))


def _slot_of(sentence: Sentence, end: int) -> str:
    """The time of day that a frequency names: every other night is at night."""
    return f"{AT_SLOT}{sentence.values[end - 1][2]}" if sentence.kinds[end - 1] == "t" else ""


def _clock_name(sentence: Sentence, at: int) -> str:
    hour = sentence.values[at][0] % 12 + (12 if sentence.values[at + 1][2] == "pm" else 0)
    return f"{int(hour):02d}:00"


def _at_clock(sentence: Sentence, start: int, end: int) -> Made:
    return "t", (0.0, 0.0, _clock_name(sentence, end - 2))


def _next_clock(sentence: Sentence, start: int, end: int) -> Made:
    """A clock time that continues a list; after a named time of day a low number could be an amount."""
    before = next(sentence.values[at] for at in range(start - 1, -1, -1) if sentence.kinds[at] == "t")
    if AMOUNT_AT_HALF_DAY.search(sentence.kinds, 0, start):
        return KEEP
    after_clock = before[2][:1].isdigit() or sentence.values[end - 2][0] > LARGEST_BARE_AMOUNT
    return _at_clock(sentence, start, end) if after_clock else BAD


def _beside_clock(sentence: Sentence, start: int, end: int) -> Made:
    """After a clock time another number before am or pm is a time too; a low one may be an amount.

    After two clock times without an amount between them it is one more time.
    """
    if not sentence.values[start - 1][2][:1].isdigit():
        return KEEP
    low = sentence.values[end - 2][0] <= LARGEST_BARE_AMOUNT
    listed = CLOCKS.search(sentence.kinds, 0, start)
    if low and not (listed and sentence.values[listed.start()][2][:1].isdigit()):
        return BAD
    return _at_clock(sentence, start, end)


def _bare_clock(sentence: Sentence, start: int, end: int) -> Made:
    """A bare number before am or pm: a clock time where it is too large for an amount."""
    return _at_clock(sentence, start, end) if sentence.values[start][0] > LARGEST_BARE_AMOUNT else KEEP


def _twelve_noon(sentence: Sentence, start: int, end: int) -> Made:
    """12 noon is a time; another number before a time of day is an amount."""
    twelve = sentence.values[start][:2] == (12.0, 12.0) and sentence.values[start + 1][2] == "noon"
    return ("t", (0.0, 0.0, "12:00")) if twelve else KEEP


def _half_day(sentence: Sentence, start: int, end: int) -> Made:
    return "t", (0.0, 0.0, "morning" if sentence.values[start][2] == "am" else "evening")


def _range(sentence: Sentence, start: int, end: int) -> Made:
    low, high = sentence.values[start][0], sentence.values[end - 1][1]
    if sentence.values[start][:2] == sentence.values[end - 1][:2] and sentence.kinds[start] == "f":
        return "f", sentence.values[start]
    if low < sentence.values[end - 1][0] and sentence.values[start][1] < high:
        return "f", (low, high, "")
    return BAD


def _nothing(sentence: Sentence, start: int, end: int) -> Made:
    return None


def _kept_slot(sentence: Sentence, start: int, end: int) -> Made:
    return "t", sentence.values[end - 1]


def _kept_first(sentence: Sentence, start: int, end: int) -> Made:
    return sentence.kinds[start], sentence.values[start]


STEPS: Steps = [
    (letter, re.compile(pattern), made)
    for letter, pattern, made in (
        ("-", r"(?<=[nouxa])-(?=[ulgpdwHhxaDAto])(?!-[ot][|~\-])", _nothing),
        ("X", r"(?<=[nu])X(?=[jiIea]*[tV])", _nothing),
        ("t", r"nt", _twelve_noon),
        ("r", r"(?<=[tV])r(?=n?[tV])", _also),
        ("V", r"inV", _at_clock),
        ("V", r"(?<=t[,&])nV", _next_clock),
        ("V", r"(?<=t[,&])nV", _next_clock),
        ("V", r"(?<=t[,&])nV", _next_clock),
        ("V", r"(?<=t,&)nV", _next_clock),
        ("V", r"(?<=t)[.,&r]*nV", _beside_clock),
        ("V", r"(?<=t)[.,&r]*nV", _beside_clock),
        ("V", r"(?<=t)[.,&r]*nV", _beside_clock),
        ("V", r"(?<=[nu])nV", _at_clock),
        ("V", r"nV", _bare_clock),
        ("V", r"(?<=t)[.r]*nV", _beside_clock),
        ("V", r"(?<=t[,&])nV", _next_clock),
        ("V", r"(?<=t[,&])nV", _next_clock),
        ("V", r"V", _half_day),
        ("f", r"f(?:D|[are]?d)", _kept_first),
        ("X", r"X(?=f|o|n[xX])", _nothing),
        ("X", r"(?<=[nu])Xn(?:D|[are]*d)", _few_times),
        ("x", r"n[xX]+(?:I|[are])?d|n[xX]+D", times_per(DAY)),
        ("X", r"n[xX]+(?:I|[are])?d|n[xX]+D", times_per(DAY)),
        ("h", r"(?:n[xX]+|o)[Ir]nh", _times_in_hours),
        ("h", r"[Ir]nh", _in_hours),
        ("w", r"(?:n[xX]+|o)[Iare]*w", _weeks),
        ("W", r"(?:n[xX]+|o)W", _weeks),
        ("o", r"o[|~\-]o(?:I?[are]*d|D)", _once_or_twice),
        ("o", r"o(?:I?[are]*d|D)", once_per(DAY)),
        ("h", r"o?enh|o?rnh", each(1 / 24)),
        ("H", r"o?e?nH", each(1 / 24)),
        ("H", r"(?<=[lugs])e?H", _hourly),
        ("h", r"(?<=[lugs])eh", _hourly),
        ("p", r"(?<=p)nd(?=[.,]|$)", each(DAY)),
        ("p", r"(?<=p)nh(?=[.,]|$)", each(1 / 24)),
        ("h", r"(?<=[unl])nh(?=[.,PZ]|$)", each(1 / 24)),
        ("n", r"o?[er]nd|o?ent|o?Ind", each(DAY)),
        ("w", r"[er]nw", _every_weeks),
        ("A", r"o?j?e?A[dD]", once_per(2.0)),
        ("A", r"o?j?e?At", _alternate_slot),
        ("A", r"o?e?Aw", _alternate_weeks),
        ("O", r"o?j?e?O[dh]", _ordinal),
        ("O", r"o?j?e?Ot", _ordinal),
        ("D", r"D", once_per(DAY)),
        ("d", r"I?[are]d", once_per(DAY)),
        ("w", r"I?[are]w", _weeks),
        ("W", r"(?<=n)W", _weekly_after_number),
        ("W", r"W", _weeks),
        ("y", r"[jea]*y(?:[,&]+n[up]?[jea]*y)+", _each_weekday),
        ("y", r"o?[jea]*y(?:[,&~\-r]*[jea]*y)*", _weekdays),
        ("t", r"[jiIea]+t", _kept_slot),
        ("f", r"[fo][\-|~r]f", _range),
        ("f", r"f(?:D|[are]?d)", _kept_first),
        ("x", r"(?<![nX])x", _nothing),
        ("&", r"(?<=[nu])&(?=[ft])", _unclear),
    )
]


def with_frequencies(sentence: Sentence) -> None:
    """Reduce every phrase of frequency to one token "f", in times a day, and every time of day to "t"."""
    sentence.run(STEPS)


def one_of_two_frequencies(sentence: Sentence) -> None:
    """Twice weekly where 96 hours stand beside it: those are the longest that the patch may be worn."""
    often = {value[0] for kind, value in zip(sentence.kinds, sentence.values, strict=True) if kind == "f"}
    if often == {TWICE_WEEKLY, EVERY_96_HOURS} and "M" not in sentence.kinds:
        sentence.reduce(FREQUENCIES, lambda found, start, end: ("f", (TWICE_WEEKLY, TWICE_WEEKLY, "")))


def unevenly(sentence: Sentence) -> bool:
    """Whether days of the week are named that are not spread over it: Monday and Tuesday."""
    for kind, (_, _, name) in zip(sentence.kinds, sentence.values, strict=True):
        days = [int(day) for day in name.split(",")] if kind == "f" and name[:1].isdigit() else []
        gaps = [(after - day) % 7 or 7 for day, after in zip(days, days[1:] + days[:1], strict=True)]
        if gaps and max(gaps) - min(gaps) > 1:
            return True
    return False
