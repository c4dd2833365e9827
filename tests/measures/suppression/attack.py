"""An attack on the published edition: an integer programme over everything it shows, written by hand.

It knows what the measures mean, and nothing of how the plan derives its ties from their predicates.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

ITEMS = (
    "indication_coded", "other_medicines_documented", "clinicians_named", "booking_note", "home_alert",
    "pharmacy_asked", "reviewed_3_months", "reviewed_6_months", "reviewed_12_months",
    "referral_attended_of_cohort", "referral_offered",
)  # fmt: skip
NESTED = (
    ("reviewed_3_months", "reviewed_6_months"), ("reviewed_6_months", "reviewed_12_months"),
    ("referral_attended_of_cohort", "referral_offered"),
)  # fmt: skip
SHARES = ("tapering", "tapering_after_fall", "amber_speed", "red_speed")
STAGES = tuple(f"referral_{one}_by_service" for one in ("made", "accepted", "attended", "completed"))
SHARE, AFTER = "outcome_band_share", "outcome_band_after_fall"
DOWN = ("stopped", "1–49%", "50–84%")
HIGHER, LOWER = 120, 90
ENOUGH, STEP, SMALL = 5, 5, 8
PROBES = 10
MANY = 10_000.0  # more than any withheld count


class Name(NamedTuple):
    """A count of one place: where is a PCN (or a group of the ICB) in one month of one release."""

    where: tuple[str, ...]
    measure: str
    threshold: int
    category: str
    part: str


def ends(shown: int) -> tuple[int, int]:
    """The least and the most of the counts that read as this."""
    return (0, 0) if shown == 0 else (max(SMALL, shown - STEP // 2), shown + STEP // 2)


@dataclass
class Attack:
    """Unknown counts, and what is known of sums of them. told: what each published value says."""

    names: dict[Name, int] = field(default_factory=dict)
    rows: list[tuple[dict[int, float], float, float]] = field(default_factory=list)
    withheld: dict[str, dict[int, float]] = field(default_factory=dict)

    def sum(self, plus: Iterable[Name], minus: Iterable[Name] = ()) -> dict[int, float]:
        """A sum of counts, each as often as it is named."""
        found: dict[int, float] = {}
        for names, sign in ((plus, 1.0), (minus, -1.0)):
            for name in names:
                at = self.names.setdefault(name, len(self.names))
                found[at] = found.get(at, 0.0) + sign
        return found

    def same(self, plus: Iterable[Name], minus: Iterable[Name]) -> None:
        self.rows.append((self.sum(plus, minus), 0.0, 0.0))

    def at_most(self, less: Iterable[Name], more: Iterable[Name]) -> None:
        self.rows.append((self.sum(less, more), -np.inf, 0.0))

    def publish(self, words: str, made_of: Iterable[Name], shown: int | None) -> None:
        """A published value: what it says, or that it is withheld."""
        row = self.sum(made_of)
        if shown is None:
            self.withheld[words] = row
        else:
            least, most = ends(shown)
            self.rows.append((row, float(least), float(most)))

    def narrow(self, wanted: Mapping[str, int] | None = None) -> dict[str, tuple[int, int]]:
        """The withheld values of which fewer than ENOUGH numbers are possible (or than wanted of them), and
        the ends of those."""
        enough = np.array([max(ENOUGH, (wanted or {}).get(words, 0)) for words in self.withheld])
        rows = self.rows + [(row, 0.0, MANY) for row in self.withheld.values()]
        matrix = _matrix([row for row, _, _ in rows], len(self.names))
        rules = LinearConstraint(matrix, [least for _, least, _ in rows], [most for _, _, most in rows])
        asked = _matrix(list(self.withheld.values()), len(self.names))
        low, high = np.full(len(self.withheld), np.inf), np.full(len(self.withheld), -np.inf)
        chance = np.random.default_rng(7)

        def look(weights: np.ndarray, roughly: bool) -> None:
            answer = milp(
                weights @ asked,
                integrality=np.ones(len(self.names), int),
                bounds=Bounds(0),
                constraints=rules,
                options={"mip_rel_gap": 0.5} if roughly else {},
            )
            assert answer.x is not None, answer.message
            counts = np.rint(asked @ np.rint(answer.x))
            np.minimum(low, counts, out=low)
            np.maximum(high, counts, out=high)

        signs = np.ones(len(low))
        for probe in range(PROBES):
            few = high - low + 1 < enough
            signs = -signs if probe % 2 else chance.choice([-1.0, 1.0], len(low))
            if few.any():
                look(np.where(few, signs, 0.0), True)
        for at in range(len(low)):
            for sign in (1.0, -1.0):
                if high[at] - low[at] + 1 < enough[at]:
                    look(np.where(np.arange(len(low)) == at, sign, 0.0), False)
        return {
            words: (int(low[at]), int(high[at]))
            for at, words in enumerate(self.withheld)
            if high[at] - low[at] + 1 < enough[at]
        }


def _matrix(rows: list[dict[int, float]], width: int) -> sparse.csr_array:
    at = [place for place, row in enumerate(rows) for _ in row]
    columns = [column for row in rows for column in row]
    return sparse.csr_array(([v for row in rows for v in row.values()], (at, columns)), (len(rows), width))


def attack(
    editions: Mapping[str, pd.DataFrame], measures: Iterable[str], shared: Mapping[str, Iterable[str]],
    pcns: Mapping[str, Iterable[str]], flows: bool = True,
) -> Attack:  # fmt: skip
    """Everything known of these measures. editions: release → rows of the mart `published`; shared: release →
    PCNs whose counts are those of the first release; pcns: place → its PCNs, the ICB's own among them."""
    made = Attack()
    for release, frame in editions.items():
        rows: Any = frame[frame["measure"].isin(list(measures))]
        for month, of_month in rows.groupby("month"):
            when = str(month)[:7]
            known = _Known(made, release, when, set(shared.get(release, ())), next(iter(editions)))
            known.publish(of_month, pcns)
            known.relate(of_month, pcns)
    if flows:
        _flows(made)
    return made


@dataclass
class _Known:
    made: Attack
    release: str
    when: str
    shared: set[str]
    first: str

    def spot(self, pcn: str, group: str = "") -> tuple[str, ...]:
        release = self.first if pcn in self.shared and not group else self.release
        return (release, self.when, pcn, group)

    def publish(self, rows: Any, pcns: Mapping[str, Iterable[str]]) -> None:
        for row in rows.itertuples(index=False):
            names = [
                Name(self.spot(pcn, row.category if row.dimension else ""), row.measure, row.threshold,
                     "" if row.dimension else row.category, part)
                for part in ("numerator", "denominator")
                for pcn in ([row.area] if row.dimension or row.level == "pcn" else pcns[row.area])
            ]  # fmt: skip
            half = len(names) // 2
            shown = [None if pd.isna(n) else int(n) for n in (row.numerator, row.denominator)]
            where = (
                self.release,
                self.when,
                row.measure,
                row.threshold,
                row.dimension,
                row.category,
                row.area,
            )
            for part, own, n in (("n", names[:half], shown[0]), ("d", names[half:], shown[1])):
                self.made.publish(" ".join(map(str, (*where, part))), own, n)
            if shown[0] is not None and shown[0] == shown[1]:  # else it would have been withheld
                self.made.same(names[:half], names[half:])

    def relate(self, rows: Any, pcns: Mapping[str, Iterable[str]]) -> None:
        """What the measures mean: of each PCN, published or not, and of the ICB's groups."""
        unpublished = ~rows["measure"].isin(rows.loc[rows["level"] == "pcn", "measure"])
        no_place = ~rows["measure"].isin(rows.loc[rows["level"] == "place", "measure"])
        wide = rows[unpublished & (rows["level"] == np.where(no_place, "icb", "place"))]
        inside = wide.assign(area=wide["area"].map(lambda place: list(pcns[place]))).explode("area")
        cells = pd.concat([rows[(rows["level"] == "pcn") | (rows["dimension"] != "")], inside])
        for (area, dimension), own in cells.groupby(["area", "dimension"]):
            for group in sorted(set(own["category"])) if dimension else [""]:
                of = own[own["category"] == group] if dimension else own
                practices = dict(zip(of["measure"], of["practices"], strict=True))
                Meaning(self.made, self.spot(str(area), group), practices, of).relate()
        for (measure, threshold), groups in rows[rows["dimension"] != ""].groupby(["measure", "threshold"]):
            icb = str(groups["area"].iloc[0])
            areas = set(rows.loc[rows["level"] == "pcn", "area"])
            for part in ("numerator", "denominator"):
                key = (str(measure), int(threshold), "", part)
                self.made.same(
                    [Name(self.spot(icb, group), *key) for group in groups["category"]],
                    [Name(self.spot(str(pcn)), *key) for pcn in sorted(areas)],
                )


@dataclass
class Meaning:
    """What counts of one area say of each other. practices: measure → how many it counts; rows: its cells."""

    made: Attack
    where: tuple[str, ...]
    practices: Mapping[str, int]
    rows: Any

    def relate(self) -> None:
        for measure, threshold, category in self._cells():
            self.made.at_most([self.n(measure, threshold, category)], [self.d(measure, threshold, category)])
        self._thresholds()
        self._people()
        self._plans()
        self._decisions()
        self._offers()

    def _cells(self) -> Iterator[tuple[str, int, str]]:
        group = bool(self.where[3])
        for row in self.rows.itertuples(index=False):
            yield row.measure, row.threshold, "" if group else row.category

    def n(self, measure: str, threshold: int, category: str = "") -> Name:
        return Name(self.where, measure, threshold, category, "numerator")

    def d(self, measure: str, threshold: int, category: str = "") -> Name:
        return Name(self.where, measure, threshold, category, "denominator")

    def _has(self, *measures: str) -> bool:
        """Whether all are published here, of the same practices."""
        return all(one in self.practices for one in measures) and len(
            {self.practices[one] for one in measures}
        ) == 1  # fmt: skip

    def _thresholds(self) -> None:
        """Beyond the higher is beyond the lower; so is whoever is in a numerator, and whoever is not."""
        for measure, threshold, category in self._cells():
            if threshold == HIGHER and measure != "high_dose_prevalence":
                high, low = ((of(measure, t, category) for of in (self.n, self.d)) for t in (HIGHER, LOWER))
                (n_high, d_high), (n_low, d_low) = tuple(high), tuple(low)
                self.made.at_most([n_high], [n_low])
                self.made.at_most([n_low, d_high], [d_low, n_high])

    def _people(self) -> None:
        prevalence, gaba, bands = "high_dose_prevalence", "high_dose_gabapentinoid", "dose_band_share"
        p = {t: self.n(prevalence, t) for t in (LOWER, HIGHER)}
        g = self.n(gaba, 0)
        items = [item for item in ITEMS if item in self.practices]
        if self._has(prevalence):
            self.made.at_most([p[HIGHER]], [p[LOWER]])
        for item in items:
            if self._has(item, prevalence):  # gabapentinoids are counted of the same practices
                k = {t: self.d(item, t) for t in (LOWER, HIGHER)}
                for t in (LOWER, HIGHER):
                    self.made.at_most([p[t]], [k[t]])
                    self.made.at_most([g], [k[t]])
                    self.made.at_most([k[t]], [p[t], g])
                self.made.at_most([k[LOWER], p[HIGHER]], [p[LOWER], k[HIGHER]])
        for one, other in pairwise(items):
            if self._has(one, other):
                for t in (LOWER, HIGHER):
                    self.made.same([self.d(one, t)], [self.d(other, t)])
        for less, more in NESTED:
            if self._has(less, more):
                for t in (LOWER, HIGHER):
                    self.made.at_most([self.n(less, t)], [self.n(more, t)])
                self.made.at_most(
                    [self.n(more, HIGHER), self.n(less, LOWER)], [self.n(more, LOWER), self.n(less, HIGHER)]
                )
        if self._has(bands, prevalence) and not self.where[3]:
            parts = sorted(set(self.rows.loc[self.rows["measure"] == bands, "category"]))
            higher = [self.n(bands, 0, band) for band in parts if not band.startswith(str(LOWER))]
            self.made.same([self.n(bands, 0, band) for band in parts], [p[LOWER]])
            self.made.same(higher, [p[HIGHER]])
            for band in parts:
                self.made.same([self.d(bands, 0, band)], [self.d(bands, 0, parts[0])])
            self.made.at_most([p[LOWER]], [self.d(bands, 0, parts[0])])

    def _plans(self) -> None:
        for t in (LOWER, HIGHER):
            if self._has("tapering", "tapering_after_fall"):
                self.made.same([self.d("tapering", t)], [self.d("tapering_after_fall", t)])
                self.made.at_most(
                    [self.n("tapering", t), self.n("tapering_after_fall", t)], [self.d("tapering", t)]
                )
            if self._has("amber_speed", "red_speed"):
                self.made.same([self.d("amber_speed", t)], [self.d("red_speed", t)])
                self.made.at_most(
                    [self.n("amber_speed", t), self.n("red_speed", t)], [self.d("red_speed", t)]
                )
            if self._has(SHARE, AFTER, "tapering", "tapering_after_fall"):
                self._outcomes(t)

    def _outcomes(self, t: int) -> None:
        bands = sorted(set(self.rows.loc[self.rows["measure"] == SHARE, "category"]))
        every = self.d(SHARE, t, bands[0])
        for band in bands:
            self.made.same([self.d(SHARE, t, band)], [every])
            self.made.same([self.d(AFTER, t, band)], [self.n(SHARE, t, band)])
        self.made.same([self.n(SHARE, t, band) for band in bands], [every])
        down = [band for band in bands if band in DOWN]
        others = [band for band in bands if band not in DOWN]
        after = [self.n(AFTER, t, band) for band in down]
        self.made.at_most(after, [self.n("tapering_after_fall", t)])
        self.made.at_most([self.n(SHARE, t, band) for band in down], [self.n("tapering", t), *after])
        self.made.at_most(
            [*(self.n(SHARE, t, band) for band in others), self.n("tapering", t),
             self.n("tapering_after_fall", t)],
            [self.d("tapering", t)],
        )  # fmt: skip

    def _decisions(self) -> None:
        asked = sorted(set(self.rows.loc[self.rows["measure"] == "safeguard_done", "category"]))
        for one, other in pairwise(asked):
            self.made.same([self.d("safeguard_done", 0, one)], [self.d("safeguard_done", 0, other)])

    def _offers(self) -> None:
        """Each stage is of those that came through the stage before; beyond 120 mg is beyond 90."""
        for stage, following in pairwise(STAGES):
            if self._has(stage, following):
                for service in sorted(set(self.rows.loc[self.rows["measure"] == stage, "category"])):
                    for t in (LOWER, HIGHER):
                        self.made.same([self.n(stage, t, service)], [self.d(following, t, service)])


def _flows(made: Attack) -> None:
    """Who is in a state now was in it before or is new; who was in it before stayed or left."""
    months = sorted({(name.where[0], name.where[1]) for name in made.names})
    for (release, before), (other, now) in pairwise(months):
        if release == other:
            for name in [one for one in made.names if one.where[:2] == (release, now)]:
                then = name._replace(where=(release, before, *name.where[2:]))
                if then in made.names:
                    new, left, stayed = (
                        name._replace(where=(release, f"{before} {word} {now}", *name.where[2:]))
                        for word in ("new", "left", "stayed")
                    )
                    made.same([stayed, new], [name])
                    made.same([stayed, left], [then])
