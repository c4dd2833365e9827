"""One file into the store: read, match, conform, land, receipt."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.contract import Entity, entities
from etl.intake.files.read import RefusedError, Source
from etl.intake.landing.doubts import NAMED, NEVER_EMPTY, WaitsError, history, replaced_doubts, size_doubts
from etl.intake.landing.loaded_parts import Loaded, Whose, overlaps, place, whose
from etl.intake.landing.one_practice import check_one_practice
from etl.intake.landing.people import People, Unknown
from etl.intake.landing.pieces import another_part, check_distinct, check_rivals, part_note, piece_named
from etl.intake.privacy.shown_names import shown_code
from etl.intake.report.match import Match
from etl.intake.report.period import Period, period_of
from etl.intake.search import Searched
from etl.intake.typed.conform import Conformed, check_ages, conform, nothing_fits
from etl.intake.typed.swapped_columns import mistaken
from etl.intake.typed.values import schema
from etl.layouts import layouts_of
from etl.quarantine import as_sent, known_issues
from etl.quarantine import rows as quarantine_rows
from etl.store import Part, Receipt, Store
from etl.store.durable import write_tables

AREA = "all"
_GP_PRACTICE = re.compile(r"\b[A-HJ-NPV-Y]\d{5}\b")
AREA_WIDE = ("practices", "list_sizes")  # sent whole each time


class NotYetError(Exception):
    """A file that is judged when all others of its load have been seen."""


class Intake:
    """Loads files into one store; keeps what it has learnt of the store between them."""

    def __init__(
        self,
        store: Store,
        accept_smaller: bool = False,
        always_refuse: bool = False,
        as_practice: str | None = None,
    ) -> None:
        self.store = store
        self.accept_smaller = accept_smaller
        self.always_refuse = always_refuse  # for an identifier in free text, instead of keeping its row back
        self.as_practice = as_practice  # whose files alone may come in; None: any practice's
        self.loaded = Loaded(store)
        self.number = self.loaded.number
        self.layouts = layouts_of(store.folder)
        self.here: defaultdict[Whose, list[tuple[Part, str]]] = defaultdict(list)  # what this load brought
        self.put_off: defaultdict[Whose, list[Part]] = defaultdict(list)
        self.patients_may_come = False  # with a file that follows
        self.in_memory = 0  # bytes of files that wait in memory until all others have been seen
        self.people = People(self.loaded)
        self.tried: defaultdict[Whose, dict[tuple[str, ...], Part]] = defaultdict(dict)  # the same, in or not
        as_sent.clear(store, self.loaded.counting())

    def load(self, source: Source, searched: Searched | RefusedError, last: bool = True) -> Receipt | None:
        """The receipt of one file, after which its rows are in the store or the reasons are known.

        `last`: whether all other files of the load have been seen. Before that, None for a file that cannot
        be judged yet: it would wait for a person, or there is nothing of its practice to compare it with.
        """
        self.number += 1
        try:
            if isinstance(searched, RefusedError):
                raise searched
            receipt = self._loaded(source, searched, last)
        except NotYetError:
            self.number -= 1
            return None
        except RefusedError as error:
            receipt = self._receipt(source, "refused", reasons={str(error): 1})
        if isinstance(searched, Searched):
            searched.conformed.clear()
        for part in receipt.parts:
            self.here[whose(part)].append((part, receipt.file))
        self.loaded.add(receipt)
        return receipt

    def refuse(self, name: str, reason: str, sha256: str = "", size: int = 0) -> Receipt:
        """The receipt of a file that is refused whole, before anything in it was looked at for loading."""
        self.number += 1
        receipt = self._receipt(Source(name, b""), "refused", reasons={reason: 1})
        receipt = replace(receipt, sha256=sha256 or receipt.sha256, bytes=size)
        self.loaded.add(receipt)
        return receipt

    def _loaded(self, source: Source, searched: Searched, last: bool) -> Receipt:
        found, wrong = searched.found, searched.unread
        entity = entities()[found.entity]
        period = period_of(source, found.period, found.above)
        if period.end > dt.date.today():
            raise RefusedError(f"the period {period} is not over yet. Correct its months, or send it later.")
        practice = None if entity.extract == "area" else self._practice(source, found)
        if not (practice or "practice_code" in found.targets):
            raise RefusedError(
                "no practice: neither its rows, the lines above the header, its name nor its folder hold a "
                "practice code of the list. Put the code in the file's name, such as "
                "A81001_issues_2026-09.csv."
            )
        check_one_practice(searched)
        made = searched.conformed.get(practice)
        if made is None:
            made = conform(searched.cells, found, entity, practice, period, searched.withheld)
            searched.conformed[practice] = made
        self._check_uploader(made, practice)
        if found.report.leave_unlisted:
            self._leave_unlisted(made)
        if found.report.add_up:
            check_ages(made, self.loaded.practices)
        piece = piece_named(PurePosixPath(source.name).name)
        parts = {
            replace(part, piece=str(piece), of=piece.of): rows
            for part, rows in self._parts(made, period, practice, wrong).items()
        }
        if not last and any(overlaps(part, other) for part in parts for other in self.put_off[whose(part)]):
            raise self._not_yet(parts)
        code = next(iter(parts)).practice if len(parts) == 1 else "several"
        if old := self.loaded.duplicate_of(list(parts), source.sha256):
            words = {f"the same content is loaded already, as {old.file}": 1}
            return self._receipt(source, "duplicate", entity.name, code, str(period), reasons=words)
        told = made.texts.keys() - found.report.fixed.keys()  # what every row says is no column of the file
        columns = tuple(name for name in entity.columns if name in told)
        for part, rows in parts.items():
            check_rivals(part, self.loaded, self.here[whose(part)])
            self.loaded.check_overlap(part)
            if part.piece:
                check_distinct(part, made.table(rows), columns, self.loaded)
        try:
            notes = [source.left, *self._doubted(made, parts, columns, period, last)]
        except WaitsError as error:
            reasons = {str(error): 1}
            return self._receipt(source, "refused", entity.name, code, str(period), reasons=reasons)
        notes += [*self._left_out(entity, parts, columns), *self._seen_before(source, parts)]
        notes += [*_notes_of(found, made), part_note(piece, parts, self.loaded), self._without_list(made)]
        for part, rows in parts.items():
            write_part(self.store, part, made.tables(rows), entity, period)
        quarantined = quarantine_rows.quarantined_rows(made, wrong)
        sent = as_sent.rows_as_sent(made, found)
        as_sent.write(self.store, self.number, as_sent.RowsAsSent(sent, found.headers, practice))
        quarantine_rows.write(self.store, self.number, quarantined)
        codes = [part.practice for part in parts]
        named = known_issues.named(searched, period, practice, self.people.everyone)
        told = known_issues.known_rows(made, period, codes, named)
        known_issues.write(self.store, self.number, told)
        reasons = Counter(row.reason for row in quarantined)
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
            len(sent),
            columns,
            tuple(filter(None, notes)),
            dict(Counter(searched.left_out) + made.left_out),
            told,
        )

    def _practice(self, source: Source, found: Match) -> str | None:
        """The practice of a file, the same way. Where its name holds two, or none, its rows must say it."""
        by_row = "practice_code" in found.targets
        named = self._practice_named(source.name, by_row)
        above = None if by_row else self._practice_named(found.above, True) or _first_code(found.above)
        said = found.practice or above
        if said and named and said.upper() != named:
            raise RefusedError(
                f"the lines above the header name practice {shown_code(said)}, but the file's name "
                f"{shown_code(named)}. Correct whichever is wrong."
            )
        if said or named or by_row:
            return said or named
        return self._practice_named(source.folder)

    def _without_list(self, made: Conformed) -> str:
        """A sentence on practices of the list that a file of list sizes does not hold; "" of another file."""
        if made.entity.name != "list_sizes":
            return ""
        had = set(made.columns["practice_code"].take(np.flatnonzero(made.good())).to_pylist())
        absent = sorted(self.loaded.practices - had)
        more = f" and {len(absent) - NAMED} more" if len(absent) > NAMED else ""
        named = f"{', '.join(absent[:NAMED])}{more}"
        return f"no list size of {named}: rates of theirs are not known" if absent else ""

    def _leave_unlisted(self, made: Conformed) -> None:
        """Takes out the rows of practices that are not in the practice list, of a national extract."""
        codes = made.columns["practice_code"]
        others = pc.invert(pc.is_in(codes.values, pa.array(sorted(self.loaded.practices), pa.string())))
        made.leave_out(
            codes.where(pc.and_(others, pc.is_valid(codes.values))), "of a practice not in the list"
        )

    def _doubted(
        self,
        made: Conformed,
        parts: dict[Part, np.ndarray],
        columns: tuple[str, ...],
        period: Period,
        last: bool,
    ) -> list[str]:
        """What is to be said of the size of parts and the people in them.

        Raises WaitsError where a person must accept that, NotYetError where later files may settle it.
        """
        for part in parts:
            self.tried[whose(part)][place(part)] = part
        doubts, notes = list[str](), list[str]()
        for part, rows in parts.items():
            doubts += replaced_doubts(part, columns, self.loaded)
            if not part.piece:  # the size of a part says nothing
                doubts += size_doubts(
                    part, made.by_month(rows, period), self.loaded, self.tried[whose(part)].values()
                )
            if part.entity == "issues":
                doubts += filter(None, [mistaken(made, rows), another_part(part, made, rows, self.loaded)])
            if part.entity in ("issues", "patients"):
                words, waits = self._unknown(made, rows, part)
                (doubts if waits else notes).append(words)
                if n := self.people.written_otherwise(made, rows, part):
                    doubts.append(
                        f"{n} pseudonyms of {part.practice} are those of listed people but for letter "
                        "case or dashes, and would count as other people"
                    )
        if not last and made.entity.extract != "area" and (doubts or not all(map(self._comparable, parts))):
            raise self._not_yet(parts)
        if doubts and not self.accept_smaller:
            raise WaitsError(doubts)
        return [*(f"accepted by a person, though {words}" for words in doubts), *notes]

    def _comparable(self, part: Part) -> bool:
        """Whether a part can be judged: by the size of others and, of issues, by the practice's patients.
        Patients themselves are not put off for their size."""
        if part.entity == "patients":
            return True
        if (
            part.entity == "issues"
            and self.patients_may_come
            and not self.loaded.places["patients", part.practice]
        ):
            return False
        return bool(
            self.loaded.replaced(part) or history(part, self.loaded, self.tried[whose(part)].values())
        )

    def _not_yet(self, parts: Iterable[Part]) -> NotYetError:
        """Puts a file off; those of the same months that follow it then wait behind it."""
        for part in parts:
            self.put_off[whose(part)].append(part)
        return NotYetError()

    def _unknown(self, made: Conformed, rows: np.ndarray, part: Part) -> tuple[str, bool]:
        """What is to be said of issues of people in no patient extract, and whether the file waits for it: of
        patients that leave such issues, where there are more than before."""
        before: Unknown | None = None
        if part.entity == "patients":
            found, before = self.people.left_unknown(made, rows, part)
        elif (told := self.people.unknown(made, rows, part.practice)) is None:
            practice = part.practice
            return f"no patients of {practice} are loaded yet: nobody of these issues counts till then", False
        else:
            found = told
        (n, of), months = found.totals(), found.months()
        words = (
            f"{n} of {of} issues of opioids and gabapentinoids of {part.practice} ({n / max(of, 1):.1%}) are "
            "of people in no patient extract, who count nowhere"
        )
        if months and len(found.all) > 1:
            words += f"; too many in {', '.join(months[:NAMED])}"
        more = before is None or n > before.totals()[0]
        return (words if n else ""), found.are_many() and more

    def _seen_before(self, source: Source, parts: Iterable[Part]) -> Iterator[str]:
        """A sentence for each file whose rows leave, and for content that came before for other months."""
        gone = Counter[str]()
        for part in parts:
            for old in self.loaded.replaced(part) if part.entity not in AREA_WIDE else ():
                gone[self.loaded.live[old].file] += old.rows
        yield from (f"replaces {rows} rows of {file}" for file, rows in gone.items())
        for receipt in self.loaded.of_content(source.sha256):
            if receipt.entity in NEVER_EMPTY and receipt.rows_loaded and receipt.file not in gone:
                yield (
                    f"the same content is loaded as {receipt.file} for {receipt.period}: check that it is "
                    "not an old extract under a new name"
                )

    def _left_out(self, entity: Entity, parts: Iterable[Part], columns: tuple[str, ...]) -> list[str]:
        """A sentence for each column the file does not have."""
        had = {c for part in parts for old in history(part, self.loaded) for c in self.loaded.columns(old)}
        found = []
        for name in [name for name in entity.columns if name not in columns]:
            earlier = "; earlier extracts had it" if name in had else ""
            counts = ", and what they said of it still counts" if earlier and entity.key else ""
            found.append(
                f"no column {name}: without it nothing {entity.columns[name].used_for}{earlier}{counts}"
            )
        return found

    def _practice_named(self, text: str, by_row: bool = False) -> str | None:
        """The practice of the list that a text names, None where it names none. Raises RefusedError where it
        names two, or one that is not in the list. `by_row`: the rows say it, so that None will do."""
        words = {word.upper() for word in re.split(r"[^A-Za-z0-9]+", text)}
        named = sorted(words & self.loaded.practices)
        if len(named) > 1 and not by_row:
            raise RefusedError(f"its name holds two practice codes, {named[0]} and {named[1]}. Keep one.")
        if not named and not by_row:
            forms = {_form(code) for code in self.loaded.practices if re.search(r"\d", code)}
            self._check_names({word for word in words if _form(word) in forms})
        return named[0] if len(named) == 1 else None

    def _parts(
        self, made: Conformed, period: Period, practice: str | None, wrong: list[tuple[int, str]]
    ) -> dict[Part, np.ndarray]:
        """The rows that fit, by practice, in the order they are landed. A practice's extract without rows is
        a part too: it says "none"."""
        rows, places = made.in_order(), made.columns["practice_code"]
        ends = places.ends(rows)
        if practice and (others := sorted(set(ends) - {practice})):
            raise RefusedError(
                f"the file is named as practice {practice}'s, but holds rows of practice "
                f"{shown_code(others[0])}. Send them apart."
            )
        self._check_practices(made.entity, {*ends, *([practice] if practice else [])})
        if made.entity.extract == "area":
            parts = {AREA: rows}
        elif ends:
            parts = dict(zip(ends, np.split(rows, list(ends.values())), strict=False))
        elif practice and not made.problems and not wrong:
            parts = {practice: rows}
        else:
            raise nothing_fits(made, wrong)
        return {new_part(made.entity, code, period, len(at), self.number): at for code, at in parts.items()}

    def _check_uploader(self, made: Conformed, practice: str | None) -> None:
        """Raises RefusedError where the file, or any row of it, is another practice's than the uploader's."""
        if self.as_practice is None:
            return
        if made.entity.extract == "area":
            raise RefusedError(
                f"{made.entity.name} are for all practices: not for {shown_code(self.as_practice)} to send."
            )
        named = {practice, *made.columns["practice_code"].distinct()} - {None, self.as_practice}
        if named:
            raise RefusedError(
                f"it names practice {shown_code(sorted(map(str, named))[0])}, but is sent by practice "
                f"{shown_code(self.as_practice)}. Nothing of it was kept. Send only your own practice's rows."
            )

    def _check_practices(self, entity: Entity, codes: set[str]) -> None:
        if entity.name == "practices":
            return
        if not self.loaded.practices:
            raise RefusedError("no practice list is loaded yet. Load the practices file first.")
        self._check_names(codes - self.loaded.practices)

    def _check_names(self, unlisted: set[str]) -> None:
        if unlisted:
            raise RefusedError(
                f"practice {shown_code(min(unlisted))} is not in the practice list. Add it there, or correct "
                "the code."
            )

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
        rows_held: int = 0,
        columns: tuple[str, ...] | None = None,
        notes: tuple[str, ...] = (),
        left_out: dict[str, int] | None = None,
        told: pa.Table | None = None,
    ) -> Receipt:
        asked = entities()[entity].columns if entity and columns is not None else {}
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
            sha256=source.refused_sha256 if outcome == "refused" else source.sha256,
            bytes=source.size,
            parts=parts,
            number=self.number,
            rows_held=rows_held,
            rows_known=0 if told is None else len(told),
            known=() if told is None else known_issues.notes(told),
            columns=columns,
            columns_missing={n: c.used_for for n, c in asked.items() if n not in (columns or ())},
            notes=notes,
            rows_left_out=left_out or {},
        )


def _notes_of(found: Match, made: Conformed) -> list[str]:
    """What a receipt says of rows that are equal to others."""
    if not made.again:
        return []
    number = found.report.tells_apart if found.report.tells_apart in found.headers else ""
    told = repr(number) if number else "the time of day"
    return [f"{made.again} rows are equal to an earlier one but for {told}: supplies of their own"]


def _first_code(text: str) -> str | None:
    """The first ODS code of a GP practice in a text, in the list or not; None where there is none."""
    hit = _GP_PRACTICE.search(text)
    return hit[0] if hit else None


def _form(code: str) -> str:
    """How a code is written: letters as A, digits as 9."""
    return re.sub(r"\d", "9", re.sub(r"[A-Z]", "A", code))


def new_part(entity: Entity, practice: str, period: Period, rows: int, number: int) -> Part:
    """The part of a practice and period that the receipt of this number brings in."""
    path = f"landing/{entity.name}/{practice}/{period}.{number:08d}.parquet"
    return Part(entity.name, practice, f"{period.first:%Y-%m}", f"{period.last:%Y-%m}", path, rows)


def in_order(table: pa.Table) -> pa.Table:
    """Rows by practice, patient and day, as they are landed."""
    order = [(name, "ascending") for name in ("practice_code", "patient_key", "issued_on")]
    return table.sort_by([key for key in order if key[0] in table.column_names])


def write_part(store: Store, part: Part, tables: Iterable[pa.Table], entity: Entity, period: Period) -> None:
    """Lands the rows of a part with the period they came for."""
    whole = (_with_period(table, period) for table in tables)
    write_tables(whole, schema(entity), store.folder / part.path)


def _with_period(table: pa.Table, period: Period) -> pa.Table:
    for name, day in (("period_from", period.first), ("period_to", period.end)):
        table = table.append_column(name, pa.repeat(pa.scalar(day, pa.date32()), len(table)))
    return table
