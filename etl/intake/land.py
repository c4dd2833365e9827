"""One file into the store: read, match, conform, land, receipt."""

from __future__ import annotations

import itertools
import os
from collections import Counter
from collections.abc import Iterable, Iterator

import duckdb
import pyarrow as pa

from etl.contract import Entity, entities
from etl.intake import privacy
from etl.intake.conform import conform, mark_duplicates
from etl.intake.match import HEADER_WITHIN, Match, Period, match, period_named
from etl.intake.read import RefusedError, Row, Source, rows
from etl.layouts import layouts
from etl.store import Part, Receipt, Store, holds, live, sync_folder

CHUNK = 100_000
FEWER_ROWS = 0.9  # a re-sent period with a smaller share of the rows it replaces waits for a person
AREA = "all"


class Intake:
    """Loads files into one store; keeps what it has learnt of the store between them."""

    def __init__(self, store: Store, accept_smaller: bool = False) -> None:
        self.store = store
        self.accept_smaller = accept_smaller
        receipts = store.receipts()
        self.number = receipts[-1].number if receipts else 0
        self.live = live(receipts)
        self.con = duckdb.connect(config={"autoinstall_known_extensions": "false", "memory_limit": "2GB"})
        self.practices = self._practices()

    def load(self, source: Source) -> Receipt:
        """The receipt of one file, after which its rows are in the store or the reasons are known."""
        self.number += 1
        try:
            receipt = self._loaded(source)
        except RefusedError as error:
            receipt = self._receipt(source, "refused", reasons={str(error): 1})
        self.store.add(receipt)
        for part in receipt.parts:
            rivals = [p for p in self.live if (p.entity, p.practice) == (part.entity, part.practice)]
            for old in [p for p in rivals if holds(part, p)]:
                del self.live[old]
            self.live[part] = receipt
        if any(part.entity == "practices" for part in receipt.parts):
            self.practices = self._practices()
        return receipt

    def refuse(self, name: str, reason: str) -> Receipt:
        """The receipt of a file that could not even be opened."""
        self.number += 1
        receipt = self._receipt(Source(name, b""), "refused", reasons={reason: 1})
        self.store.add(receipt)
        return receipt

    def _loaded(self, source: Source) -> Receipt:
        found, wrong = self._raw(source)
        entity = entities()[found.entity]
        period = found.period or period_named(source.name)
        if period is None:
            raise RefusedError("no period: put its months in the file's name, such as issues_2026-09.csv.")
        practice = None if entity.extract == "area" else found.practice or self._practice_named(source.name)
        conform(self.con, found, entity, practice, period)
        self._identifiers(entity, found)
        mark_duplicates(self.con, entity)
        return self._landed(source, found, entity, period, practice, wrong)

    def _raw(self, source: Source) -> tuple[Match, list[tuple[int, str]]]:
        """Fills table `raw` and returns the match and the rows with a wrong number of cells."""
        refusal: RefusedError | None = None
        for delimiter in dict.fromkeys(layout.delimiter for layout in layouts()):
            read = rows(source, delimiter)
            head = list(itertools.islice(read, HEADER_WITHIN))
            try:
                found = match(head)
            except RefusedError as error:
                refusal = refusal or error
                continue
            wrong: list[tuple[int, str]] = []
            body = (r for r in itertools.chain(head, read) if r.line > found.header_line)
            batches = list(_batches(body, len(found.headers), wrong))
            names = ["line", *(f"c{i}" for i in range(len(found.headers)))]
            schema = pa.schema([(n, pa.int64() if n == "line" else pa.string()) for n in names])
            self.con.register("raw", pa.Table.from_batches(batches, schema=schema))
            return found, wrong
        raise refusal or RefusedError("no layout fits this file.")

    def _practice_named(self, name: str) -> str | None:
        words = {w.upper() for w in name.replace("/", "_").replace("-", "_").replace(".", "_").split("_")}
        named = sorted(words & self.practices)
        return named[0] if len(named) == 1 else None

    def _identifiers(self, entity: Entity, found: Match) -> None:
        if "patient_key" not in entity.columns:
            return
        keys = self.con.execute(
            "SELECT min(line), patient_key FROM conformed GROUP BY patient_key"
        ).fetchall()
        for line, key in keys:
            if key and privacy.is_nhs_number(key):
                raise RefusedError(
                    f"line {line}: the patient key holds a valid NHS number. Nothing of this file was kept. "
                    "Pseudonymise before sending: see docs/extracts.md."
                )

    def _landed(
        self,
        source: Source,
        found: Match,
        entity: Entity,
        period: Period,
        practice: str | None,
        wrong: list[tuple[int, str]],
    ) -> Receipt:
        counted = self.con.execute(
            "SELECT practice_code, count(*) FROM conformed WHERE problem = '' GROUP BY 1 ORDER BY 1"
        ).fetchall()
        present = dict(counted)
        if entity.extract == "area":
            wanted = {AREA: sum(present.values())}
        else:
            wanted = present or ({practice: 0} if practice else {})
        self._check_practices(entity, set(wanted) if entity.extract == "practice" else set(present))
        if not wanted:
            raise self._nothing(source)
        parts = [self._part(entity, code, period, n) for code, n in sorted(wanted.items())]
        code = parts[0].practice if len(parts) == 1 else "several"
        if old := self._same(parts, source.sha256):
            words = {f"the same content is loaded already, as {old.file}": 1}
            return self._receipt(source, "duplicate", entity.name, code, str(period), reasons=words)
        for part in parts:
            self._check_replaced(part)
        for part in parts:
            self._write(part, entity, period)
        quarantined = self._quarantine(entity, wrong)
        loaded = sum(part.rows for part in parts)
        outcome = "partial" if quarantined else "accepted"
        return self._receipt(
            source, outcome, entity.name, code, str(period), loaded, sum(quarantined.values()),
            dict(quarantined), found.layout.name, tuple(parts),
        )  # fmt: skip

    def _same(self, parts: list[Part], sha256: str) -> Receipt | None:
        """The receipt that holds exactly this content for exactly these practices and months."""
        wanted = {(p.entity, p.practice, p.period_from, p.period_to) for p in parts}
        for receipt in self.live.values():
            if receipt.sha256 == sha256:
                held = {(p.entity, p.practice, p.period_from, p.period_to) for p in receipt.parts}
                if held == wanted:
                    return receipt
        return None

    def _nothing(self, source: Source) -> RefusedError:
        reasons = self.con.execute(
            "SELECT problem, count(*) FROM conformed GROUP BY 1 ORDER BY 2 DESC LIMIT 1"
        ).fetchone()
        if reasons:
            return RefusedError(
                f"no row fits the contract; most often because {reasons[0]} ({reasons[1]} rows)."
            )
        return RefusedError(
            "no practice: the file has no row, and its name holds no practice code of the list."
        )

    def _check_practices(self, entity: Entity, codes: set[str]) -> None:
        if entity.name == "practices":
            return
        if not self.practices:
            raise RefusedError("no practice list is loaded yet. Load the practices file first.")
        if unknown := sorted(codes - self.practices):
            raise RefusedError(
                f"practice {unknown[0]} is not in the practice list. Add it there, or correct the code."
            )

    def _part(self, entity: Entity, practice: str, period: Period, n: int) -> Part:
        name = f"landing/{entity.name}/{practice}/{period}.{self.number:08d}.parquet"
        return Part(entity.name, practice, f"{period.first:%Y-%m}", f"{period.last:%Y-%m}", name, n)

    def _check_replaced(self, part: Part) -> None:
        same = [p for p in self.live if (p.entity, p.practice) == (part.entity, part.practice)]
        old = [p for p in same if holds(part, p)]
        for other in same:
            apart = other.period_to < part.period_from or part.period_to < other.period_from
            if other not in old and not apart:
                raise RefusedError(
                    f"its months {part.period_from} to {part.period_to} overlap {other.period_from} to "
                    f"{other.period_to}, which are loaded, without holding them. Send whole periods again."
                )
        before = sum(p.rows for p in old)
        if part.rows < FEWER_ROWS * before and not self.accept_smaller:
            raise RefusedError(
                f"{part.rows} rows would replace {before} of {part.practice}, {part.period_from} to "
                f"{part.period_to}. If that is right, load it again with --accept-smaller."
            )

    def _write(self, part: Part, entity: Entity, period: Period) -> None:
        path = self.store.folder / part.path
        path.parent.mkdir(parents=True, exist_ok=True)
        columns = ", ".join(f'"{c}"' for c in entity.columns)
        order = ", ".join(
            c for c in ("practice_code", "patient_key", "issued_on", "line") if c in (*entity.columns, "line")
        )
        where = "" if part.practice == AREA else "AND practice_code = $practice"
        self.con.execute(
            f"""COPY (SELECT {columns}, DATE '{period.first}' AS period_from, DATE '{period.end}' AS period_to
                      FROM conformed WHERE problem = '' {where} ORDER BY {order})
                TO '{str(path).replace("'", "''")}' (FORMAT parquet, COMPRESSION zstd)""",
            {} if part.practice == AREA else {"practice": part.practice},
        )
        with path.open("rb+") as file:
            os.fsync(file.fileno())
        sync_folder(path.parent)

    def _quarantine(self, entity: Entity, wrong: list[tuple[int, str]]) -> Counter[str]:
        """Keeps the rows that do not fit, with reasons and the fields that are safe to show."""
        safe = [c for c in entity.columns.values() if not c.free_text and c.type not in ("text", "key")]
        fields = ", ".join(f"'{c.name}', \"{c.name}\"" for c in safe)
        self.con.register("wrong", pa.table({"line": [n for n, _ in wrong], "reason": [r for _, r in wrong]}))
        self.con.execute(f"""
            CREATE OR REPLACE TEMP TABLE quarantined AS
            SELECT line, problem AS reason,
                   CAST(json_object({fields}) AS VARCHAR) AS fields
            FROM conformed WHERE problem <> ''
            UNION ALL SELECT CAST(line AS BIGINT), CAST(reason AS VARCHAR), '{{}}' FROM wrong""")
        counted = self.con.execute(
            "SELECT reason, count(*) FROM quarantined GROUP BY 1 ORDER BY 2 DESC, 1"
        ).fetchall()
        if counted:
            path = self.store.quarantine / f"{self.number:08d}.parquet"
            self.con.execute(
                f"COPY (SELECT * FROM quarantined ORDER BY line) TO '{str(path).replace(chr(39), chr(39) * 2)}' (FORMAT parquet)"
            )
        return Counter(dict(counted))

    def _practices(self) -> set[str]:
        paths = [str(self.store.folder / p.path) for p in self.live if p.entity == "practices"]
        if not paths:
            return set()
        return {
            r[0]
            for r in self.con.execute("SELECT practice_code FROM read_parquet($p)", {"p": paths}).fetchall()
        }

    def _receipt(
        self, source: Source, outcome: str, entity: str = "", practice: str = "", period: str = "",
        loaded: int = 0, quarantined: int = 0, reasons: dict[str, int] | None = None,
        layout: str = "", parts: tuple[Part, ...] = (),
    ) -> Receipt:  # fmt: skip
        return Receipt(
            file=source.name, entity=entity, practice=practice, period=period, outcome=outcome,
            rows_read=loaded + quarantined, rows_loaded=loaded, rows_quarantined=quarantined,
            reasons=reasons or {}, layout=layout, sha256=source.sha256, bytes=len(source.data),
            parts=parts, number=self.number,
        )  # fmt: skip


def _batches(body: Iterable[Row], width: int, wrong: list[tuple[int, str]]) -> Iterator[pa.RecordBatch]:
    """Arrow batches of the rows with the right number of cells; the others go to `wrong`."""
    names = ["line", *(f"c{i}" for i in range(width))]
    lines: list[int] = []
    cells: list[list[str]] = []
    for row in body:
        if not row.whole:
            wrong.append((row.line, "a line break inside a cell: a quotation mark is missing or too many"))
        elif len(row.cells) < width or any(row.cells[width:]):
            wrong.append((row.line, f"{len(row.cells)} cells where the header has {width}"))
        else:
            lines.append(row.line)
            cells.append(row.cells[:width])
        if len(cells) == CHUNK:
            yield _batch(names, lines, cells)
            lines, cells = [], []
    if cells:
        yield _batch(names, lines, cells)


def _batch(names: list[str], lines: list[int], cells: list[list[str]]) -> pa.RecordBatch:
    columns = [pa.array(column, pa.string()) for column in zip(*cells, strict=True)]
    return pa.RecordBatch.from_arrays([pa.array(lines, pa.int64()), *columns], names=names)
