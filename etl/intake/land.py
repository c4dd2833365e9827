"""One file into the store: read, match, conform, land, receipt."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from etl.contract import Entity, entities
from etl.intake.conform import Conformed, conform, schema
from etl.intake.match import Period, period_named
from etl.intake.privacy.names import shown_code
from etl.intake.quarantine import quarantine
from etl.intake.read import RefusedError, Source
from etl.intake.search import Searched, search
from etl.store import Part, Receipt, Store, StoreError, holds, live, write_parquet

FEWER_ROWS = 0.9  # a re-sent period with a smaller share of the rows it replaces waits for a person
AREA = "all"


class Intake:
    """Loads files into one store; keeps what it has learnt of the store between them."""

    def __init__(self, store: Store, accept_smaller: bool = False, always_refuse: bool = False) -> None:
        self.store = store
        self.accept_smaller = accept_smaller
        self.always_refuse = always_refuse  # for an identifier in free text, instead of keeping its row back
        receipts = store.receipts()
        self.number = receipts[-1].number if receipts else 0
        self.live = live(receipts)
        self.places: defaultdict[tuple[str, str], list[Part]] = defaultdict(list)
        for part in self.live:
            self.places[part.entity, part.practice].append(part)
        self.practices = self._practices()

    def search(self, source: Source) -> Searched | RefusedError:
        """One file read and searched for identifiers, nothing of it kept; or why it is refused."""
        try:
            return search(source, self.always_refuse)
        except RefusedError as error:
            return error

    def load(self, source: Source, searched: Searched | RefusedError | None = None) -> Receipt:
        """The receipt of one file, after which its rows are in the store or the reasons are known."""
        self.number += 1
        try:
            searched = searched or self.search(source)
            if isinstance(searched, RefusedError):
                raise searched
            receipt = self._loaded(source, searched)
        except RefusedError as error:
            receipt = self._receipt(source, "refused", reasons={str(error): 1})
        self.store.add(receipt)
        for part in receipt.parts:
            for old in self._replaced(part):
                del self.live[old]
                self.places[old.entity, old.practice].remove(old)
            self.live[part] = receipt
            self.places[part.entity, part.practice].append(part)
        if any(part.entity == "practices" for part in receipt.parts):
            self.practices = self._practices()
        return receipt

    def refuse(self, name: str, reason: str, sha256: str = "", size: int = 0) -> Receipt:
        """The receipt of a file that is refused whole, before anything in it was looked at for loading."""
        self.number += 1
        receipt = self._receipt(Source(name, b""), "refused", reasons={reason: 1})
        receipt = replace(receipt, sha256=sha256 or receipt.sha256, bytes=size)
        self.store.add(receipt)
        return receipt

    def _loaded(self, source: Source, searched: Searched) -> Receipt:
        found, wrong = searched.found, searched.unread
        entity = entities()[found.entity]
        period = found.period or period_named(source.name)
        if period is None:
            raise RefusedError("no period: put its months in the file's name, such as issues_2026-09.csv.")
        if period.end > dt.date.today():
            raise RefusedError(f"the period {period} is not over yet. Correct its months, or send it later.")
        practice = None if entity.extract == "area" else found.practice or self._practice_named(source.name)
        if not (practice or "practice_code" in found.targets):
            raise RefusedError(
                "no practice: neither the lines above the header nor the file's name hold a practice code of "
                "the list. Put the code in the file's name, such as A81001_issues_2026-09.csv."
            )
        broken = [line for line, _ in wrong]
        made = conform(searched.raw, found, entity, practice, period, broken, searched.withheld)
        parts = self._parts(made, period, practice, wrong)
        code = next(iter(parts)).practice if len(parts) == 1 else "several"
        if old := self._same(list(parts), source.sha256):
            words = {f"the same content is loaded already, as {old.file}": 1}
            return self._receipt(source, "duplicate", entity.name, code, str(period), reasons=words)
        for part in parts:
            self._check_replaced(part)
        for part, table in parts.items():
            self._write(part, table, entity, period)
        reasons = quarantine(made, wrong, self.store.quarantine / f"{self.number:08d}.parquet")
        return self._receipt(
            source,
            "partial" if reasons else "accepted",
            entity.name,
            code,
            str(period),
            sum(part.rows for part in parts),
            sum(reasons.values()),
            dict(reasons),
            found.layout.name,
            tuple(parts),
        )

    def _practice_named(self, name: str) -> str | None:
        words = {word.upper() for word in re.split(r"[^A-Za-z0-9]+", name)}
        named = sorted(words & self.practices)
        return named[0] if len(named) == 1 else None

    def _parts(
        self, made: Conformed, period: Period, practice: str | None, wrong: list[tuple[int, str]]
    ) -> dict[Part, pa.Table]:
        """The rows that fit, by practice. A practice's extract without rows is a part too: it says "none"."""
        table = made.table().filter(pa.array(made.good()))
        order = [(name, "ascending") for name in ("practice_code", "patient_key", "issued_on")]
        table = table.sort_by([key for key in order if key[0] in table.column_names])
        codes = pc.unique(table["practice_code"]).to_pylist()
        if practice and (others := sorted(set(codes) - {practice})):
            raise RefusedError(
                f"the file is named as practice {practice}'s, but holds rows of practice "
                f"{shown_code(others[0])}. Send them apart."
            )
        self._check_practices(made.entity, {*codes, *([practice] if practice else [])})
        if made.entity.extract == "area":
            tables = {AREA: table}
        elif codes:
            tables = {code: table.filter(pc.equal(table["practice_code"], code)) for code in codes}
        elif practice and not made.problems and not wrong:
            tables = {practice: table}
        else:
            raise _nothing(made, wrong)
        return {self._part(made.entity, code, period, len(rows)): rows for code, rows in tables.items()}

    def _part(self, entity: Entity, practice: str, period: Period, rows: int) -> Part:
        path = f"landing/{entity.name}/{practice}/{period}.{self.number:08d}.parquet"
        return Part(entity.name, practice, f"{period.first:%Y-%m}", f"{period.last:%Y-%m}", path, rows)

    def _check_practices(self, entity: Entity, codes: set[str]) -> None:
        if entity.name == "practices":
            return
        if not self.practices:
            raise RefusedError("no practice list is loaded yet. Load the practices file first.")
        if unknown := sorted(codes - self.practices):
            raise RefusedError(
                f"practice {shown_code(unknown[0])} is not in the practice list. Add it there, or correct "
                "the code."
            )

    def _rivals(self, part: Part) -> list[Part]:
        return self.places[part.entity, part.practice]

    def _replaced(self, part: Part) -> list[Part]:
        return [rival for rival in self._rivals(part) if holds(part, rival)]

    def _check_replaced(self, part: Part) -> None:
        replaced = self._replaced(part)
        for other in self._rivals(part):
            apart = other.period_to < part.period_from or part.period_to < other.period_from
            if other not in replaced and not apart:
                raise RefusedError(
                    f"its months {part.period_from} to {part.period_to} overlap {other.period_from} to "
                    f"{other.period_to}, which are loaded, without holding them. Send whole periods again."
                )
        before = sum(p.rows for p in replaced)
        if part.rows < FEWER_ROWS * before and not self.accept_smaller:
            raise RefusedError(
                f"{part.rows} rows would replace {before} of {part.practice}, {part.period_from} to "
                f"{part.period_to}. If that is right, load it again with --accept-smaller."
            )

    def _same(self, parts: list[Part], sha256: str) -> Receipt | None:
        """The receipt that holds exactly this content for exactly these practices and months."""
        wanted = {_place(part) for part in parts}
        for receipt in self.live.values():
            if receipt.sha256 == sha256 and {_place(part) for part in receipt.parts} == wanted:
                return receipt
        return None

    def _write(self, part: Part, table: pa.Table, entity: Entity, period: Period) -> None:
        dates = [pa.array([day] * len(table), pa.date32()) for day in (period.first, period.end)]
        whole = pa.table([*table.columns, *dates], schema=schema(entity))
        write_parquet(whole, self.store.folder / part.path)

    def _practices(self) -> set[str]:
        found: set[str] = set()
        for part in self.live:
            if part.entity == "practices":
                try:
                    table = pq.read_table(self.store.folder / part.path, columns=["practice_code"])
                except (OSError, pa.ArrowException):
                    raise StoreError(
                        f"{self.store.folder / part.path}: the practice list cannot be read. Restore it from "
                        "a backup, or load the extracts into a new store: python run.py reset, then load."
                    ) from None
                found |= set(table["practice_code"].to_pylist())
        return found

    def _receipt(
        self,
        source: Source,
        outcome: str,
        entity: str = "",
        practice: str = "",
        period: str = "",
        loaded: int = 0,
        quarantined: int = 0,
        reasons: dict[str, int] | None = None,
        layout: str = "",
        parts: tuple[Part, ...] = (),
    ) -> Receipt:
        return Receipt(
            file=source.name,
            entity=entity,
            practice=practice,
            period=period,
            outcome=outcome,
            rows_read=loaded + quarantined,
            rows_loaded=loaded,
            rows_quarantined=quarantined,
            reasons=reasons or {},
            layout=layout,
            sha256=source.sha256,
            bytes=len(source.data),
            parts=parts,
            number=self.number,
        )


def _place(part: Part) -> tuple[str, str, str, str]:
    return part.entity, part.practice, part.period_from, part.period_to


def _nothing(made: Conformed, wrong: list[tuple[int, str]]) -> RefusedError:
    reasons = ["; ".join(words) for words in made.problems.values()] + [words for _, words in wrong]
    if reasons:
        reason, n = Counter(reasons).most_common(1)[0]
        return RefusedError(f"no row fits the contract; most often because {reason} ({n} rows).")
    return RefusedError("no practice: the file has no row, and its name holds no practice code of the list.")
