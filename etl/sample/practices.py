"""The fictional practices, what marks each of them, and their registered lists."""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from etl.sample.chance import Chance

ICB = "Example ICB"
NAMES = (
    "Quayside",
    "Cherry Orchard",
    "Thimble Lane",
    "Larkfield",
    "Bellweather",
    "Stonebridge Court",
    "Kingfisher",
    "Millstream",
    "Foxglove",
    "Old Forge",
    "Wren's Gate",
    "Copperfield",
    "Saltmarsh",
    "Hawthorn House",
    "Priory Meadow",
    "Lantern Street",
    "Ashcombe",
    "Greenbank",
    "Rookery",
    "Tallow Hill",
    "Windmill Rise",
    "Juniper",
    "Cobblers Yard",
    "Seven Oaks",
)
FIRST = (
    "Amber",
    "Briar",
    "Cinder",
    "Dovecote",
    "Elder",
    "Fern",
    "Gorse",
    "Heron",
    "Ivy",
    "Jasmine",
    "Linden",
    "Maple",
    "Nettle",
    "Otter",
    "Plum",
)
SECOND = (
    "Bank",
    "Close",
    "Corner",
    "Court",
    "Dale",
    "Field",
    "Gate",
    "Green",
    "Grove",
    "Hollow",
    "House",
    "Lodge",
    "Mead",
    "Park",
    "Row",
    "Vale",
)
PCNS = ("Riverside", "Four Bells", "Chalk Downs", "Harbour")
PLACES = ("Eastvale", "Westmere")
# one practice in eight: clinical system, layout, how the extract is packed
SYSTEMS = (
    ("systmone", "systmone", "zip"),
    ("emis", "emis", "zip"),
    ("systmone", "systmone", "bare"),
    ("other", "plain", "zip"),
    ("emis", "emis", "zip"),
    ("systmone", "systmone", "zip"),
    ("emis", "emis", "workbook"),
    ("systmone", "systmone", "zip"),
)
# quantile of practices: list size, and people above 120 mg OME a day per 1,000 adults (England 2019)
LIST_SIZES = ((0.0, 1700), (0.05, 2600), (0.5, 7900), (0.95, 19200), (1.0, 26000))
HIGH_RATES = ((0.0, 0.0), (0.1, 0.16), (0.5, 1.10), (0.9, 3.08), (0.99, 6.3), (1.0, 8.0))
ICB_RATE = 1.16
UNMARKED = 0.87
AGE_SHARES = {
    "0-17": 0.205,
    "18-24": 0.080,
    "25-34": 0.140,
    "35-44": 0.135,
    "45-54": 0.130,
    "55-64": 0.125,
    "65-74": 0.095,
    "75-84": 0.065,
    "85+": 0.025,
}
ADULT_SHARE = 1 - AGE_SHARES["0-17"]


@dataclass(frozen=True)
class Practice:
    """A fictional practice; rates are people above 120 mg OME a day per 1,000 adults at start and end."""

    number: int
    code: str
    name: str
    pcn: str
    place: str
    system: str
    layout: str
    packing: str
    size: int
    growth: float
    deprivation: int
    rate: float
    change: float
    diligence: float
    referring: float
    referring_change: float
    story: str | None = None
    latest_missing: bool = False

    def registered(self, share: float) -> int:
        """People on the list at a share (0 to 1) of the months."""
        return int(self.size * (1 + self.growth * (share - 0.5)) + 0.5)

    def expected(self, share: float) -> tuple[float, float]:
        """People expected above 120, and above 90 up to 120, at a share (0 to 1) of the months."""
        over_120 = self.rate * (1 + (self.change - 1) * share)
        over_90 = 0 if self.rate == 0 else 0.3 + 0.28 * over_120
        thousands = self.registered(share) * ADULT_SHARE / 1000
        return over_120 * thousands, over_90 * thousands

    def offering(self, share: float) -> float:
        """How readily referrals are offered, 1 being usual, at a share (0 to 1) of the months."""
        return self.referring * (1 + (self.referring_change - 1) * share)

    def clinicians(self) -> int:
        """How many clinicians issue prescriptions."""
        return max(2, self.size // 1800)


# what marks the first practices of every sample of eight or more
MARKED: dict[int, dict[str, Any]] = {
    1: {"story": "far-above-and-falling", "size": 9400, "rate": 7.6, "change": 0.55, "diligence": 0.9},
    2: {
        "story": "referrals-declining",
        "size": 8100,
        "rate": 1.6,
        "referring": 2.6,
        "referring_change": 0.02,
    },
    3: {"story": "tiny", "size": 1200, "rate": 1.6, "change": 1.0},
    4: {"story": "no-cases", "size": 3900, "rate": 0.0},
    5: {"story": "latest-extract-missing", "size": 6800, "latest_missing": True},
    6: {"story": "never-refers", "size": 9900, "rate": 1.9, "change": 1.0, "referring": 0.0},
    7: {"story": "rising", "size": 12400, "rate": 0.7, "change": 3.6, "diligence": 0.3},
    8: {"size": 10600, "rate": 1.5},
}


def _at(points: tuple[tuple[float, float], ...], quantile: float) -> float:
    for (low, start), (high, stop) in pairwise(points):
        if quantile <= high:
            return start + (stop - start) * (quantile - low) / (high - low)
    return points[-1][1]


def _name(number: int) -> str:
    if number <= len(NAMES):
        return NAMES[number - 1]
    index = number - len(NAMES) - 1
    words = f"{FIRST[index % len(FIRST)]} {SECOND[index // len(FIRST) % len(SECOND)]}"
    again = index // (len(FIRST) * len(SECOND))
    return f"{words} {again + 1}" if again else words


def _pcn(number: int, count: int) -> tuple[str, str]:
    networks = max(4, count // 6)
    index = (number - 1) % networks
    name = PCNS[index] if index < len(PCNS) else f"{FIRST[index % len(FIRST)]} {index + 1}"
    return f"{name} PCN", PLACES[index % len(PLACES)]


def practices(count: int, seed: int) -> list[Practice]:
    """The fictional practices SYN01 onwards, with the spread of list sizes and rates of English practices."""
    chance = Chance(seed, "practices")
    quantiles = [(i + 0.5) / count for i in range(count)]
    sizes = [_at(LIST_SIZES, q) for q in chance.shuffled(quantiles)]
    rates = [_at(HIGH_RATES, q * UNMARKED) for q in chance.shuffled(quantiles)]
    found = []
    for number in range(1, count + 1):
        pcn, place = _pcn(number, count)
        system, layout, packing = SYSTEMS[(number - 1) % len(SYSTEMS)]
        usual = Practice(
            number=number,
            code=f"SYN{number:02d}",
            name=_name(number),
            pcn=pcn,
            place=place,
            system=system,
            layout=layout,
            packing=packing,
            size=int(sizes[number - 1]),
            growth=chance.within(-0.03, 0.05),
            deprivation=chance.between(1, 5),
            rate=rates[number - 1],
            change=chance.within(0.6, 0.98),
            diligence=chance.within(0.35, 0.9),
            referring=chance.within(0.45, 1.35),
            referring_change=chance.within(0.8, 1.3),
        )
        marks = MARKED.get(number, {}) if count >= len(MARKED) else {}
        found.append(replace(usual, **marks))
    return _calibrated(found)


def _calibrated(found: list[Practice]) -> list[Practice]:
    """The same practices with the rates of unmarked ones scaled so that the area has the published rate."""

    def cases(some: list[Practice]) -> float:
        return sum(p.size * p.rate * (1 + p.change) / 2 for p in some)

    free = [p for p in found if "rate" not in MARKED.get(p.number, {}) or len(found) < len(MARKED)]
    fixed = [p for p in found if p not in free]
    wanted = ICB_RATE * sum(p.size for p in found) - cases(fixed)
    scale = min(1.5, max(0.5, wanted / cases(free))) if cases(free) else 1.0
    scaled = {p.number: replace(p, rate=p.rate * scale) for p in free}
    return [scaled.get(p.number, p) for p in found]


def female_share(age_band: str) -> float:
    """The share of women (0 to 1) of an age band on the list."""
    return 0.57 if age_band in ("75-84", "85+") else 0.502


def list_rows(practice: Practice, months: list[str]) -> list[tuple[object, ...]]:
    """Rows of list_sizes: month, age band and sex, with the few people recorded as another sex."""
    rows: list[tuple[object, ...]] = []
    for index, month in enumerate(months):
        total = practice.registered(index / max(1, len(months) - 1))
        for band, share in AGE_SHARES.items():
            people = int(total * share + 0.5)
            other = people // 900
            female = int((people - other) * female_share(band) + 0.5)
            for sex, registered in (("female", female), ("male", people - other - female), ("other", other)):
                if registered:
                    rows.append((practice.code, month, band, sex, registered))
    return rows
