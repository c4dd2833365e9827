"""One person at a month's end, in plain Python from their rows: what measures ask about people."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from etl.release.readings import line_readings, product_readings
from measures.policy import Policy
from tests.etl.models.plain.plain_dose import EPOCH, Supply, daily_doses, rounded, supplied_days

Row = dict[str, Any]
SEDATIVES = ("benzodiazepine", "z_drug")
DEPENDENCE = ("sublingual", "oral_lyophilisate", "depot")  # forms only buprenorphine comes in here


def month_end(month: dt.date) -> dt.date:
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def months_before(month: dt.date, n: int) -> dt.date:
    year, number = divmod(month.year * 12 + month.month - 1 - n, 12)
    return dt.date(year, number + 1, 1)


@dataclass
class Person:
    patient: Row
    rules: Policy
    issues: list[Row] = field(default_factory=list)
    plans: list[Row] = field(default_factory=list)
    reviews: list[Row] = field(default_factory=list)
    referrals: list[Row] = field(default_factory=list)
    kept_issue: list[Row] = field(default_factory=list)
    _known: dict[tuple[str, dt.date], Any] = field(default_factory=dict)  # answers given once

    @cached_property
    def doses(self) -> dict[str, dict[int, int]]:
        found = daily_doses(self.issues, self.rules.dose, self.patient.get("registered_to"))
        return {kind: found.get(kind, {}) for kind in ("opioid", "gabapentinoid")}

    @cached_property
    def supplies(self) -> list[tuple[str, Supply, int]]:
        return supplied_days(self.issues, self.rules.dose, self.patient.get("registered_to"))

    @cached_property
    def days_on(self) -> dict[str, set[int]]:
        """Drug → days with supply: opioids by ingredient, gabapentinoids and sedatives as one."""
        found: dict[str, set[int]] = defaultdict(set)
        for kind, supply, end in self.supplies:
            drug = supply.same[0] if kind == "opioid" else kind
            found[drug] |= set(range(supply.start, end))
        for one in self.issues:
            if read(one)["class"] in SEDATIVES:
                start = (one["issued_on"] - EPOCH).days
                found["sedative"] |= set(range(start, start + self._sedative_days(one)))
        return found

    def _sedative_days(self, one: Row) -> int:
        line, quantity, length = read(one), one["quantity"], one.get("days_supply")
        days: float = self.rules.dose.default_days
        if length is not None and 0 < length <= 366:
            days = length
        if line["regular"] and quantity is not None and 0 < quantity <= 20_000:
            days = quantity / line["units_per_day"]
        return min(max(rounded(days), 1), self.rules.dose.stopped_days)

    def registered(self, on: dt.date) -> bool:
        left = self.patient.get("registered_to")
        return bool(self.patient["registered_from"] <= on and (left is None or left > on))

    @property
    def adult(self) -> bool:
        return bool(self.patient["age_band"] != "0-17")

    def mean(self, kind: str, on: dt.date) -> int:
        """Mean dose of the days with supply in the window, in thousandths; nought after a long gap."""
        if (kind, on) not in self._known:
            self._known[kind, on] = self._mean(kind, on)
        return int(self._known[kind, on])

    def _mean(self, kind: str, on: dt.date) -> int:
        last = (on - EPOCH).days
        rules = self.rules.dose
        covered = [d for d in self.doses[kind] if last - rules.window_days < d <= last]
        if not covered or last - max(covered) >= rules.no_supply_days:
            return 0
        return rounded(sum(self.doses[kind][d] for d in covered) / len(covered))

    def unclear(self, on: dt.date) -> bool:
        """Whether an opioid supply of unknown dose was issued, or still lasted, in the window to a day."""
        last = (on - EPOCH).days
        first = last - self.rules.dose.window_days + 1
        return any(
            kind == "opioid" and not supply.known and supply.issued <= last
            and max(supply.issued, end - 1) >= first
            for kind, supply, end in self.supplies
        )  # fmt: skip

    def without_dose(self, on: dt.date) -> bool:
        """Whether an issue of the window to a day may be an opioid and is in no dose."""
        return self.unclear(on) or any(
            read(one)["status"] in ("not_converted", "unmapped")
            and 0 <= (on - one["issued_on"]).days < self.rules.dose.window_days
            for one in self.issues
        ) or self.kept_back(on, self.rules.dose.window_days)  # fmt: skip

    def kept_back(self, on: dt.date, days: int) -> bool:
        """Whether an issue that is kept back may be an opioid of the days to one."""
        return any(
            one["first_on"] <= on and (on - one["last_on"]).days < days
            and (one["product"] is None or read({**one, "directions": ""})["class"] == "opioid")
            for one in self.kept_issue
        )  # fmt: skip

    def on_opioid(self, on: dt.date) -> bool:
        """Whether there is an opioid, of known dose or not."""
        methadone = any(
            read(one)["status"] == "not_converted"
            and 0 <= (on - one["issued_on"]).days < self.rules.dose.window_days
            for one in self.issues
        )
        return bool(self.mean("opioid", on)) or self.unclear(on) or methadone

    def total(self, kind: str, month: dt.date) -> int:
        days = range((month - EPOCH).days, (month_end(month) - EPOCH).days + 1)
        return sum(self.doses[kind].get(d, 0) for d in days)

    def acute(self, on: dt.date) -> bool:
        """Whether the run of opioid supply, over gaps that are short enough, began under acute_days ago."""
        last = (on - EPOCH).days
        if not self.mean("opioid", on):
            return False
        held = {
            d for kind, supply, end in self.supplies for d in range(supply.start, end) if kind == "opioid"
        } | self._perhaps  # fmt: skip
        days = sorted((d for d in held if d <= last), reverse=True)
        began = days[0]
        for earlier in days[1:]:
            if began - earlier - 1 >= self.rules.dose.stopped_days:
                break
            began = earlier
        return last - began + 1 < self.rules.dose.acute_days

    @cached_property
    def _perhaps(self) -> set[int]:
        """Days on which more may have been taken: default_days from each issue without a dose."""
        days = self.rules.dose.default_days
        spans = [
            (one["issued_on"], one["issued_on"]) for one in self.issues
            if read(one)["status"] in ("not_converted", "unmapped")
        ] + [
            (one["first_on"], one["last_on"]) for one in self.kept_issue
            if one["product"] is None or read({**one, "directions": ""})["class"] == "opioid"
        ]  # fmt: skip
        return {d for a, b in spans for d in range((a - EPOCH).days, (b - EPOCH).days + days)}

    def excluded(self, on: dt.date) -> bool:
        if ("excluded", on) not in self._known:
            self._known["excluded", on] = self.coded(on) or self.acute(on)
        return bool(self._known["excluded", on])

    def coded(self, on: dt.date) -> bool:
        """Excluded, but for acute use: cancer, palliative care, dependency or substitution therapy."""
        cancer = self.patient.get("cancer_on")
        if cancer and cancer <= on <= cancer.replace(year=cancer.year + 5):
            return True
        palliative, dependency = self.patient.get("palliative_on"), self.patient.get("dependency_on")
        substitution = any(
            (read(one)["ingredient"] == "methadone" or read(one)["form"] in DEPENDENCE)
            and 0 <= (on - one["issued_on"]).days < self.rules.dose.window_days
            for one in self.issues
        )
        return bool((palliative and palliative <= on) or (dependency and dependency <= on) or substitution)

    def high_gaba(self, on: dt.date) -> bool:
        most = round(self.rules.gabapentinoid.high_dose_ddd * 1000)
        return self.mean("gabapentinoid", on) > most and not self.patient.get("epilepsy_on")

    def together(self, on: dt.date) -> dict[str, bool]:
        last = (on - EPOCH).days
        window = set(range(last - self.rules.dose.window_days + 1, last + 1))
        days = {drug: found & window for drug, found in self.days_on.items()}
        gaba, sedative = days.pop("gabapentinoid", set()), days.pop("sedative", set())
        opioid = set().union(*days.values()) if days else set()
        both = any(a & b for one, a in days.items() for two, b in days.items() if one < two)
        return {"two": both, "gaba": bool(opioid & gaba), "triple": bool(opioid & gaba & sedative)}

    def dose(self, on: dt.date) -> int:
        """The dose that counts as high: nought for children, the excluded and those registered elsewhere."""
        if not (self.adult and self.registered(on)) or self.excluded(on):
            return 0
        return self.mean("opioid", on)

    def before(self, on: dt.date) -> int:
        """The dose of an earlier month end of somebody not excluded now: acute use was the beginning."""
        if not (self.adult and self.registered(on)) or self.coded(on):
            return 0
        return self.mean("opioid", on)

    def in_cohort(self, on: dt.date, threshold: int) -> bool:
        if not (self.adult and self.registered(on)) or self.excluded(on):
            return False
        return self.mean("opioid", on) > threshold * 1000 or self.high_gaba(on)

    def plan(self, on: dt.date) -> Row | None:
        """The open plan begun last."""
        found = [p for p in self.plans if p["started_on"] <= on and is_open(p, on)]
        return max(found, key=lambda p: (p["started_on"], p["plan_id"]), default=None)


def is_open(plan: Row, on: dt.date) -> bool:
    ended = plan.get("ended_on")
    return bool(ended > on) if ended else plan["status"] in ("active", "paused")


_READ: dict[tuple[str, str], Row] = {}


def read(one: Row) -> Row:
    """What product and directions of an issue mean."""
    key = one["product"], one["directions"] or ""
    if key not in _READ:
        (product,) = product_readings([key[0]]).to_dict("records")
        (line,) = line_readings([key]).to_dict("records")
        _READ[key] = {str(k): v for k, v in {**line, **product}.items()}
    return _READ[key]
