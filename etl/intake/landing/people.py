"""Who is in the patient extracts of a store, and which issues are of nobody in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from etl.intake.encoded import Encoded
from etl.intake.keys import as_compared
from etl.intake.landing.loaded_parts import Loaded
from etl.intake.typed.conform import Conformed
from etl.store import Part, StoreError
from medicines import products

MOST_UNKNOWN = 0.05  # share of a practice's issues of people in no patient extract; above it a file waits
KEPT = 4  # unions of parts, each as large as all people of a store
SOME = 5  # issues of a month below which its share alone says little
ASKED_FOR = ("opioid", "gabapentinoid")  # sedatives alone bring nobody into patients


@dataclass(frozen=True)
class Unknown:
    """Issues of opioids and gabapentinoids, and of products not understood, by month: of people in no patient
    extract, and all."""

    unknown: Mapping[str, int]
    all: Mapping[str, int]

    def totals(self) -> tuple[int, int]:
        """How many are of people in no patient extract, and of how many."""
        return sum(self.unknown.values()), sum(self.all.values())

    def months(self) -> list[str]:
        """The months of several in which there are too many, and no fewer than chance allows."""
        return sorted(
            month for month, n in self.unknown.items() if n >= SOME and n > MOST_UNKNOWN * self.all[month]
        )

    def are_many(self) -> bool:
        """Whether a file waits for them: taken together, or in a month."""
        n, of = self.totals()
        return n > MOST_UNKNOWN * of or bool(self.months())


class People:
    """The pseudonyms of patient extracts that count, each part read once."""

    def __init__(self, loaded: Loaded) -> None:
        self.loaded = loaded
        self._of_part: dict[str, pa.Array] = {}
        self._of_parts: dict[tuple[str, ...], pa.Array] = {}

    def unknown(self, made: Conformed, rows: np.ndarray, practice: str) -> Unknown | None:
        """Of these rows of issues: which are of people in no patient extract. None where none of the practice
        is loaded. Raises StoreError."""
        own = self.loaded.places["patients", practice]
        if not own:
            return None
        keys = made.columns["patient_key"]
        if not len(_where_not_in(keys, rows, self._people(own))):
            return Unknown({}, {})
        months = made.months("issued_on")
        listed = _listed(made, rows)
        of = _by_month(months, listed)
        if not len(_where_not_in(keys, listed, self._people(own))):
            return Unknown({}, of)
        return Unknown(_by_month(months, _where_not_in(keys, listed, self.everyone())), of)

    def everyone(self) -> pa.Array:
        """The people of all patient extracts. Raises StoreError."""
        return self._people([part for part in self.loaded.live if part.entity == "patients"])

    def written_otherwise(self, made: Conformed, rows: np.ndarray, part: Part) -> int:
        """How many pseudonyms of these rows are those of a listed person of the practice but for letter case
        or dashes: one person would count as two. Raises StoreError."""
        known = self._people(self.loaded.places["patients", part.practice])
        new = pc.unique(made.columns["patient_key"].among(rows))
        new = new.filter(pc.invert(pc.is_in(new, known)))
        return int(pc.sum(pc.is_in(_folded(new), _folded(known))).as_py() or 0)

    def left_unknown(self, made: Conformed, rows: np.ndarray, part: Part) -> tuple[Unknown, Unknown | None]:
        """Of the landed issues of the months of a part of patients, which these rows of it would leave in no
        patient extract; and which are now, None where no patient extract of the practice is loaded. Raises
        StoreError."""
        issues = self._issues(part)
        if not len(issues):
            return Unknown({}, {}), None
        everyone = [other for other in self.loaded.live if other.entity == "patients"]
        replaced = self.loaded.replaced(part)
        here = pc.unique(made.columns["patient_key"].among(rows))
        others = self._people([other for other in everyone if other not in replaced])
        known = pa.chunked_array([here, others], pa.string())
        before = Unknown(*_counted(issues, self._people(everyone)))
        had = bool(self.loaded.places["patients", part.practice])
        return Unknown(*_counted(issues, known)), before if had else None

    def _issues(self, part: Part) -> pa.Table:
        """Month and person of the landed issues of such medicines, of the practice and months of a part."""
        found = [pa.table({"month": pa.array([], pa.string()), "key": pa.array([], pa.string())})]
        for other in self.loaded.places["issues", part.practice]:
            if other.period_from <= part.period_to and part.period_from <= other.period_to:
                rows = self._table(other.path, ["patient_key", "product", "issued_on"])
                asked = pa.array(
                    [p for p in pc.unique(rows["product"]).to_pylist() if p and _is_asked_for(p)]
                )
                rows = rows.filter(pc.is_in(rows["product"], asked.cast(pa.string())))
                months = pc.strftime(rows["issued_on"], "%Y-%m")
                within = pc.and_(
                    pc.greater_equal(months, part.period_from), pc.less_equal(months, part.period_to)
                )
                keys = as_compared(rows["patient_key"].combine_chunks())
                found.append(pa.table({"month": months, "key": keys}).filter(within))
        return pa.concat_tables(found)

    def _people(self, parts: list[Part]) -> pa.Array:
        paths = tuple(sorted(part.path for part in parts))
        if paths not in self._of_parts:
            if len(self._of_parts) >= KEPT:
                self._of_parts.clear()
            found = pa.chunked_array([self._read(path) for path in paths], pa.string())
            self._of_parts[paths] = pc.unique(found)
        return self._of_parts[paths]

    def _read(self, path: str) -> pa.Array:
        if path not in self._of_part:
            keys = self._table(path, ["patient_key"])["patient_key"]
            self._of_part[path] = as_compared(pc.unique(keys))
        return self._of_part[path]

    def _table(self, path: str, columns: list[str]) -> pa.Table:
        place = self.loaded.store.folder / path
        try:
            return pq.read_table(place, columns=columns)
        except (OSError, pa.ArrowException):
            raise StoreError(f"{place}: cannot be read. Run python -m etl verify.") from None


def _folded(keys: pa.Array) -> pa.Array:
    return pc.replace_substring(pc.utf8_lower(keys), "-", "")


def _where_not_in(keys: Encoded, rows: np.ndarray, known: pa.Array) -> np.ndarray:
    """The rows whose person is not known."""
    unknown = ~pc.is_in(keys.values, known).to_numpy(zero_copy_only=False)
    return rows[unknown[keys.codes[rows]]] if len(rows) else rows


def _by_month(months: Encoded, rows: np.ndarray) -> dict[str, int]:
    numbers = np.bincount(months.codes[rows], minlength=len(months.values))
    told = Counter[str]()
    for month, n in zip(months.values.to_pylist(), numbers.tolist(), strict=True):
        told[month] += n
    return {month: n for month, n in told.items() if n}


def _counted(issues: pa.Table, known: pa.Array) -> tuple[dict[str, int], dict[str, int]]:
    """Issues by month: of people not known, and all."""
    unknown = issues.filter(pc.invert(pc.is_in(issues["key"], known)))
    counts = [
        {told["values"]: told["counts"] for told in pc.value_counts(rows["month"]).to_pylist()}
        for rows in (unknown, issues)
    ]
    return counts[0], counts[1]


def _listed(made: Conformed, rows: np.ndarray) -> np.ndarray:
    """The rows of medicines that bring a person into the patient extract."""
    product = made.columns["product"]
    used = np.zeros(len(product.values), dtype=bool)
    used[product.codes[rows]] = True
    texts = product.values.to_pylist()
    asked = np.array([bool(u and text and _is_asked_for(text)) for u, text in zip(used, texts, strict=True)])
    return rows[asked[product.codes[rows]]] if len(rows) else rows


@lru_cache(maxsize=65536)
def _is_asked_for(product: str) -> bool:
    """What is not understood counts: it may be one of them."""
    read = products.read(product)
    return read.class_ in ASKED_FOR or read.status == "unmapped"
