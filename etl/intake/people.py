"""Who is in the patient extracts of a store, and which issues are of nobody in them."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from etl.intake.conform import Conformed
from etl.intake.keys import as_compared
from etl.intake.loaded import Loaded
from etl.store import Part, StoreError
from medicines import products

MOST_UNKNOWN = 0.05  # share of a practice's issues of people in no patient extract; above it a file waits
ASKED_FOR = ("opioid", "gabapentinoid")  # sedatives alone bring nobody into patients


class People:
    """The pseudonyms of patient extracts that count, each part read once."""

    def __init__(self, loaded: Loaded) -> None:
        self.loaded = loaded
        self._of_part: dict[str, pa.Array] = {}
        self._of_parts: dict[tuple[str, ...], pa.Array] = {}

    def unknown(self, made: Conformed, rows: np.ndarray, practice: str) -> tuple[int, int] | None:
        """Of these rows of issues: how many are of people in no patient extract, and of how many. Only
        opioids and gabapentinoids count. None where no patient extract of the practice is loaded. Raises
        StoreError."""
        own = self.loaded.places["patients", practice]
        if not own:
            return None
        keys = made.columns["patient_key"]
        if not len(_not_in(keys.values, keys.codes[rows], self._people(own))):
            return 0, len(rows)
        listed = _listed(made, rows)
        if not len(_not_in(keys.values, keys.codes[listed], self._people(own))):
            return 0, len(listed)
        everyone = [part for part in self.loaded.live if part.entity == "patients"]
        return len(_not_in(keys.values, keys.codes[listed], self._people(everyone))), len(listed)

    def _people(self, parts: list[Part]) -> pa.Array:
        paths = tuple(sorted(part.path for part in parts))
        if paths not in self._of_parts:
            found = pa.chunked_array([self._read(path) for path in paths], pa.string())
            self._of_parts[paths] = pc.unique(found)
        return self._of_parts[paths]

    def _read(self, path: str) -> pa.Array:
        if path not in self._of_part:
            place = self.loaded.store.folder / path
            try:
                keys = pq.read_table(place, columns=["patient_key"])["patient_key"]
            except (OSError, pa.ArrowException):
                raise StoreError(f"{place}: cannot be read. Run python -m etl verify.") from None
            self._of_part[path] = as_compared(pc.unique(keys))
        return self._of_part[path]


def _not_in(values: pa.Array, codes: np.ndarray, known: pa.Array) -> np.ndarray:
    """The codes whose value is not known."""
    unknown = ~pc.is_in(values, known).to_numpy(zero_copy_only=False)
    return codes[unknown[codes]] if len(codes) else codes


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
    return products.read(product).class_ in ASKED_FOR
