"""From a daily dose to the items on a prescription, with directions as practices write them.

Styles 0 to 3 are habits of writing; one patient keeps one. Tablets and capsules of modified release are taken
in the morning and at night, where the two may differ; patches worn together add.
"""

from dataclasses import dataclass
from functools import cache

from etl.sample.prescribing.products import Product, family, product

STYLES = 4
WORDS = ("none", "one", "two", "three", "four", "five", "six")
# mg OME a day for one mg a day; the smallest daily change the strengths allow, in mg
TABLETS = {
    "mst": (1.0, 5),
    "morphine_mr": (1.0, 5),
    "zomorph": (1.0, 10),
    "longtec": (1.5, 5),
    "oxycodone_mr": (1.5, 5),
    "palexia": (0.4, 50),
}
PATCH_HOURS = {"fentanyl": 72, "fentanyl_matrifen": 72, "fentanyl_mezolar": 72, "bupeaze": 84, "butec": 168}
CYCLE_DAYS = {72: 30, 84: 28, 168: 28}


@dataclass(frozen=True)
class Item:
    """One line of a prescription: units a day (patches worn at once, for a patch) or a fixed quantity."""

    product: Product
    directions: str
    per_day: float
    patch_hours: int = 0
    fixed_quantity: float = 0

    def quantity(self, days: int) -> float:
        """What is issued for this many days: tablets, capsules, ml or patches."""
        if self.fixed_quantity:
            return self.fixed_quantity
        if self.patch_hours:
            return self.per_day * -(-days * 24 // self.patch_hours)
        return self.per_day * days

    @property
    def ome(self) -> float:
        """mg OME a day as directed; an optional item by its quantity over 28 days; 0 where not converted."""
        units = self.fixed_quantity / 28 if self.fixed_quantity else self.per_day
        return units * (self.product.ome_per_unit or 0)


Regimen = tuple[Item, ...]


def ome(regimen: Regimen) -> float:
    """mg OME a day of all items together."""
    return sum(item.ome for item in regimen)


def _twice(count: int, style: int, unit: str) -> str:
    word = WORDS[count]
    plural = unit if count == 1 else f"{unit}s"
    return (
        f"Take {word.upper()} twice a day",
        f"{count} bd",
        f"{word.upper()} TO BE TAKEN TWICE A DAY",
        f"Take {word} {plural} twice a day",
    )[style]


def _times(morning: int, night: int, style: int) -> str:
    short = style == 1
    parts = []
    if morning:
        parts.append(f"{morning} mane" if short else f"{WORDS[morning]} in the morning")
    if night:
        parts.append(f"{night} nocte" if short else f"{WORDS[night]} at night")
    if short:
        return " ".join(parts)
    return f"Take {' and '.join(parts)}"


def _counts(milligrams: int, strengths: tuple[Product, ...]) -> dict[Product, int]:
    counts = {}
    for strength in strengths:
        count, milligrams = divmod(milligrams, int(strength.strength))
        if count:
            counts[strength] = count
    return counts


def _tablets(name: str, target: float, style: int) -> Regimen:
    factor, grid = TABLETS[name]
    steps = max(1, int(target / factor / grid + 0.5))
    morning = _counts(steps // 2 * grid, family(name))
    night = _counts((steps - steps // 2) * grid, family(name))
    items = []
    for strength in family(name):
        am, pm = morning.get(strength, 0), night.get(strength, 0)
        if am or pm:
            words = _twice(am, style, strength.unit) if am == pm else _times(am, pm, style)
            items.append(Item(strength, words, am + pm))
    return tuple(items)


def patch_words(count: int, hours: int, style: int) -> str:
    """Directions for patches worn at once and changed every so many hours (72, 84 or 168)."""
    word, noun = WORDS[count], "patch" if count == 1 else "patches"
    often = {
        72: ("every 72 hours", "every 3 days", "EVERY 72 HOURS", "every third day"),
        84: ("twice a week", "twice weekly", "TWICE A WEEK", "every Monday and Thursday"),
        168: ("every 7 days", "weekly", "EVERY 7 DAYS", "once a week"),
    }[hours][style]
    if style == 2:
        return f"APPLY {word.upper()} {noun.upper()} {often}"
    return f"Apply {word if style else word.upper()} {noun} {often}"


def _patches(name: str, target: float, style: int) -> Regimen:
    hours, counts, left = PATCH_HOURS[name], {}, target
    for patch in family(name):
        rate = patch.ome_per_unit or 0
        count = min(2, int((left + 0.5) / rate))
        if count:
            counts[patch] = count
            left -= count * rate
    if not counts:
        counts[family(name)[-1]] = 1
    return tuple(Item(p, patch_words(n, hours, style), n, hours) for p, n in counts.items())


@cache
def strong(name: str, target: float, style: int) -> Regimen:
    """Items of one family nearest to a target in mg OME a day (patches: not above it, at least one)."""
    return _patches(name, target, style) if name in PATCH_HOURS else _tablets(name, target, style)


def cycle_days(regimen: Regimen) -> int:
    """Days between issues: 30 for patches changed every 72 hours (whole boxes), else 28."""
    return max((CYCLE_DAYS.get(item.patch_hours, 28) for item in regimen), default=28)


def regular(name: str, strength: float, each: int, times: int, style: int) -> Item:
    """So many units so many times a day (1 to 4), as regular directions."""
    one = product(name, strength)
    if times == 2:
        return Item(one, _twice(each, style, one.unit), each * 2)
    if times == 1:
        return Item(one, _times(0, each, style), each)
    short = {3: "tds", 4: "qds"}[times]
    words = f"{each} {short}" if style == 1 else f"{WORDS[each].upper()} {WORDS[times].upper()} TIMES A DAY"
    return Item(one, words, each * times)


PRN_WORDS = (
    "1-2 four times a day when required",
    "1-2 qds prn",
    "ONE OR TWO TO BE TAKEN FOUR TIMES A DAY WHEN REQUIRED",
    "Take one or two every 6 hours when required",
)
ORAMORPH_WORDS = (
    "5ml every 4-6 hours when required",
    "2.5-5ml up to 4 hourly prn",
    "5ML FOUR TIMES A DAY WHEN REQUIRED",
    "5ml up to four times a day when required",
)


def optional(name: str, strength: float, quantity: float, style: int) -> Item:
    """An item taken when required: only its quantity says how much."""
    words = ORAMORPH_WORDS if name == "oramorph" else PRN_WORDS
    return Item(product(name, strength), words[style], 0, fixed_quantity=quantity)


@cache
def gabapentinoid(name: str, milligrams: int, style: int) -> Regimen:
    """Pregabalin or Lyrica twice a day, gabapentin three times a day, at this many mg a day."""
    times = 3 if name == "gabapentin" else 2
    each = milligrams // times
    counts = _counts(each, family(name))
    return tuple(regular(name, p.strength, n, times, style) for p, n in counts.items())
