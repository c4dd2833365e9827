"""Landing to a release: models, checks, publication. The last good release is served whatever happens."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import duckdb
import pandas as pd

from etl import contract, counting
from etl.engines import MEMORY, EngineError, people, spark
from etl.engines import duckdb as engine
from etl.engines.profile import Profile
from etl.intake.keys import IN_SQL
from etl.intake.typed.values import schema
from etl.quarantine import known_issues
from etl.quarantine.known_issues import ISSUES
from etl.release import (
    method_changes,
    nothing_new,
    policy_check,
    published,
    readings,
    receipt_tables,
    source_rows,
)
from etl.store import Part, Receipt, Store, StoreError, live, releases, whole
from etl.store.release_contents import contents
from etl.synthetic_only import is_synthetic
from measures import measure, policy
from medicines import daily_amount, dose, factors
from medicines.overrides import NONE, Overrides

CHECKS = Path(__file__).resolve().parent / "checks"
JUST_BELOW = 1e-9  # so that what is exactly three times apart is so in doubles too
READ_AFTER = {"calendar"}  # temporary, and read when every model is made
NOT_WHOLE = {"definition", "factor_version", "pack_unit", "near_whole", "apart"}


class CheckError(Exception):
    """A claim about the data that does not hold. Nothing is published; the last release stays."""


def build(
    store: Store,
    rules: policy.Policy,
    progress: Callable[[str], None] = lambda _: None,
    readings_put_right: Overrides = NONE,
    profile: Profile | None = None,
    place: spark.Place | None = None,
    memory: str = MEMORY,
) -> str:
    """Builds and publishes a release, and returns its name; the models by Spark where a place is given.
    memory: what DuckDB may take, such as "8GB".

    Raises StoreError, PolicyError, MeasureError, EngineError or CheckError.
    """
    profile = profile or Profile()
    measures = measure.load()
    with store.writing():
        release = releases.new_name(store)
        work = store.releases / f".building-{release}.duckdb"
        scratch = store.folder / "scratch"
        releases.clear(store)
        shutil.rmtree(scratch, ignore_errors=True)  # of a build that was killed
        con, other = engine.connect(work, scratch, memory), None
        try:
            _known_factors(rules)
            receipts = store.receipts()
            with profile.of(con, "work", "sources", one=False):
                other = spark.Spark(place, scratch) if place else None
                sources(con, store, receipts, other)
                policy_tables(con, rules)
                tables_of_receipts(con, store)
            run_models(con, measures, rules, progress, readings_put_right, profile, other)
            made_of = nothing_new.fingerprint(receipts, rules, readings_put_right)
            _info(con, release, rules, is_synthetic(store), method_changes.since(store, rules), made_of)
            for words in list_sizes_left_out(con):
                progress(words)
            policy_check.check(con, rules)
            progress("published")
            with profile.of(con, "work", "published edition", one=False):
                for words in published_edition(con, measures, rules, store):
                    progress(words)
            with profile.of(con, "work", "written", one=False):
                con.execute("CHECKPOINT")  # closing would pass over a disk that is full
            con.close()
            releases.publish(store, work, release)
            if other and other.place.marts:
                progress(_exported(other, store.releases / f"{release}.duckdb", release))
        finally:
            con.close()
            if other is not None:
                other.close()
            shutil.rmtree(scratch, ignore_errors=True)
            for left in store.releases.glob(".building-*"):
                left.unlink(missing_ok=True)
    return release


def _exported(other: spark.Spark, path: Path, release: str) -> str:
    """Where the tables of a release are, or why they could not be written: it is published all the same."""
    try:
        return other.export(path, release)
    except EngineError as error:
        return str(error)


def _known_factors(rules: policy.Policy) -> None:
    try:
        factors.known(rules.dose.factor_version)
    except ValueError as error:
        words = f"{rules.at('dose', 'factor_version')}[dose] factor_version: {error}"
        raise policy.PolicyError(words) from None


def sources(
    con: duckdb.DuckDBPyConnection, store: Store, receipts: list[Receipt], other: spark.Spark | None = None
) -> None:
    """Tables every_<entity>: the landing parts that count; source_<entity>: of rows with a key, the latest
    state, each column as the latest extract that had it says; kept_issue: issues whose rows are kept back,
    where no more than the person is known, and perhaps the day or the product. The landed issues are read
    by the other engine alone, where there is one: of all entities only they grow large.

    Raises StoreError where there is too little, or a part is not as it was written.
    """
    parts = whole(live(receipts))
    if not any(p.entity == "practices" for p in parts):
        raise StoreError(
            "no practice list is loaded whole, so nothing can be built. Load the practices file first."
        )
    if not any(p.entity == "issues" for p in parts):
        raise StoreError(
            "no extract of issues is loaded whole, so nothing can be built. Load the practices' extracts."
        )
    for entity in contract.entities().values():
        for part, receipt in parts.items():
            if part.entity == entity.name:
                if not (other and other.place.landing and entity.name == ISSUES):
                    _check_whole(store, receipt, part.path)
                if receipt.rows_known:
                    _check_whole(store, receipt, known_issues.file_of(receipt.number))
        _source(con, entity, parts, store, other is None or entity.name != ISSUES)
    if other:
        issues = {p: r for p, r in parts.items() if p.entity == ISSUES}
        keys = {p.path: IN_SQL for p, r in issues.items() if r.columns is None}
        other.land(con, store.folder, {p.path: p.rows for p in issues}, keys)
    con.execute(f"""CREATE TEMP TABLE kept_issue AS
        SELECT practice_code, patient_key, product, coalesce(issued_on, period_from) AS first_on,
               coalesce(issued_on, period_to) AS last_on
        FROM ({source_rows.known(parts, store.folder)}) WHERE NOT ({source_rows.COUNTS})""")
    rows = [(p.entity, p.practice, f"{p.period_from}-01", f"{p.period_to}-01", p.rows) for p in parts]
    frame = pd.DataFrame(rows, columns=["entity", "practice_code", "period_from", "period_to", "rows"])
    _table(
        con,
        "extract_period",
        frame,
        "* REPLACE (CAST(period_from AS DATE) AS period_from, CAST(period_to AS DATE) AS period_to)",
    )


def _check_whole(store: Store, receipt: Receipt, path: str) -> None:
    if not store.is_whole(receipt, path):
        raise StoreError(
            f"not published: {store.folder / path} is missing or damaged. Restore it from a backup, or load "
            f"{receipt.file} again; then build. The last release stays."
        )


def _source(
    con: duckdb.DuckDBPyConnection,
    entity: contract.Entity,
    parts: dict[Part, Receipt],
    store: Store,
    landed_here: bool = True,
) -> None:
    con.register("empty", schema(entity).empty_table())
    con.execute(f"CREATE TEMP TABLE empty_{entity.name} AS SELECT * FROM empty")
    con.unregister("empty")
    every = source_rows.every(entity, parts, store.folder, landed_here)
    con.execute(f"CREATE TEMP VIEW every_{entity.name} AS {every}")
    kind = "TABLE" if entity.key else "VIEW"
    latest = source_rows.latest(entity, parts, store.folder)
    con.execute(f"CREATE TEMP {kind} source_{entity.name} AS {latest}")


def policy_tables(con: duckdb.DuckDBPyConnection, rules: policy.Policy) -> None:
    """Tables policy (one row), dose_band, threshold and service: what models take from config/policy.toml."""
    values = {**asdict(rules.dose), **asdict(rules.taper)}
    values["high_gaba_ddd_milli"] = round(rules.gabapentinoid.high_dose_ddd * 1000)
    values["lowest_beyond_milli"] = min(at for _, at in thresholds(rules))
    values["fewest_alike"] = rules.suppression.suppress_below
    values["watch_milli"] = rules.taper.watch_from_mg * 1000
    values["largest_quantity"] = dose.LARGEST_QUANTITY
    values["longest_supply"] = dose.LONGEST_SUPPLY
    values["most_patches"] = daily_amount.MOST_PATCHES
    values["least_liquid"] = daily_amount.LEAST_LIQUID
    values["most_packs"] = daily_amount.MOST_PACKS
    values["long_supply_days"] = daily_amount.LONG_SUPPLY
    values["pack_unit"] = daily_amount.PACK_UNIT
    values["near_whole"] = float(daily_amount.NEAR_WHOLE)
    values["apart"] = daily_amount.CONFLICT_TIMES - JUST_BELOW
    whole = dict.fromkeys(set(values) - NOT_WHOLE, "int32")  # days are added to dates
    values["late_before"] = nothing_new.late_before(rules)
    _table(con, "policy", pd.DataFrame([values]).astype(whole))
    _table(
        con, "dose_band", pd.DataFrame(policy.dose_bands(rules), columns=["band", "from_milli", "to_milli"])
    )
    _table(con, "threshold", pd.DataFrame(thresholds(rules), columns=["threshold", "beyond_milli"]))
    services = pd.DataFrame([asdict(s) for s in rules.services], columns=["name", "type", "criteria"])
    _table(con, "service", services)


def thresholds(rules: policy.Policy) -> list[tuple[int, int]]:
    """Each threshold, mg a day, and the least dose beyond it in thousandths of a mg."""
    step = 1 if rules.thresholds.operator == ">" else 0
    return [(value, value * 1000 + step) for value in rules.thresholds.values]


def tables_of_receipts(con: duckdb.DuckDBPyConnection, store: Store) -> None:
    """Tables receipt, refused_file, quarantine, quality_parts and quality_column: what became of each file
    sent, of rows kept out, which months wait for parts, and which columns files did not have."""
    codes = {code for (code,) in con.execute("SELECT practice_code FROM source_practices").fetchall()}
    _table(con, "refused_file", receipt_tables.refused_rows(store.receipts(), codes))
    _table(con, "receipt", receipt_tables.receipt_rows(store.receipts()))
    _table(con, "quarantine", receipt_tables.quarantine_rows(store, store.receipts()))
    _table(con, "quality_parts", receipt_tables.part_rows(store.receipts()), published=True)
    _table(con, "quality_column", receipt_tables.column_rows(store.receipts()), published=True)


def run_models(
    con: duckdb.DuckDBPyConnection,
    measures: tuple[measure.Measure, ...],
    rules: policy.Policy,
    progress: Callable[[str], None],
    readings_put_right: Overrides = NONE,
    profile: Profile | None = None,
    other: spark.Spark | None = None,
) -> None:
    """Every model, from source tables, policy and receipts, and every check, once what it reads is there. A
    temporary table goes when nothing reads it any more. Raises MeasureError, EngineError or CheckError."""
    profile = profile or Profile()
    with profile.of(con, "work", "readings", one=False):
        files = ready(con, measures, rules, progress, readings_put_right, other)
    checks = {path.name: path.read_text(encoding="utf-8") for path in sorted(CHECKS.rglob("*.sql"))}
    if other:
        read = {name for sql in checks.values() for name in engine.reads(sql)}
        with profile.of(con, "work", "models by Spark", one=False):
            other.make(con, files, read | READ_AFTER, progress)
        for name, sql in checks.items():
            with profile.of(con, "check", name):
                _check(con, name, sql)
        return
    _made_here(con, files, checks, progress, profile)


def _made_here(
    con: duckdb.DuckDBPyConnection,
    files: dict[str, tuple[str, str]],
    checks: dict[str, str],
    progress: Callable[[str], None],
    profile: Profile,
) -> None:
    """Every model and check by DuckDB; of many people, those made by people for one part after another."""
    sql = {name: text for name, (text, _) in files.items()} | checks
    published = {name for name, (_, made_as) in files.items() if made_as != "TEMP TABLE"}

    def make(con: duckdb.DuckDBPyConnection, name: str, made_as: str = "") -> None:
        with profile.of(con, "check" if name in checks else "model", name):
            if name in checks:
                _check(con, name, sql[name])
            else:
                con.execute(f"CREATE {made_as or files[name][1]} {name} AS {sql[name]}")

    parts = people.Parts(con, people.parts_of(con), profile)
    by_people = {name for name, text in sql.items() if people.BY_PEOPLE in text if parts.number > 1}
    of = engine.reads_of(sql)
    rounds = {people.STEP.format(n): some for n, some in enumerate(people.rounds_of(of, by_people), 1)}
    read = people.with_steps(of, rounds)
    kept = checks.keys() | published | READ_AFTER | rounds.keys()
    steps = engine.order(read, kept, rounds)
    for name, no_more in steps.items():
        if name in rounds:
            some = rounds[name]
            later = {one for statement in read.keys() - some for one in read[statement]}
            with closing(parts.each(read[name], some & (published | later), no_more - kept)) as each:
                for number, few in enumerate(each, 1):
                    progress(f"{name} of {len(rounds)}: part {number} of {parts.number}")
                    for one in (one for one in steps if one in some):
                        make(few, one, "TEMP TABLE")
                        engine.drop(few, steps[one] - kept)
        elif name not in by_people:
            progress(name)
            make(con, name)
            engine.drop(con, no_more - kept)


def ready(
    con: duckdb.DuckDBPyConnection,
    measures: tuple[measure.Measure, ...],
    rules: policy.Policy,
    progress: Callable[[str], None],
    readings_put_right: Overrides = NONE,
    other: spark.Spark | None = None,
) -> dict[str, tuple[str, str]]:
    """What every model needs, made: readings of the texts and what is measured. Model name → (SQL, what it is
    made as). Raises MeasureError."""
    measures = measure.under(measures, rules)
    progress("reading products and directions")
    read_texts(con, readings_put_right, rules.dose.factor_version, other)
    _table(con, "measure_def", counting.definitions(measures), published=True)
    return engine.models() | counting.models(measures, rules)


def published_edition(
    con: duckdb.DuckDBPyConnection, measures: tuple[measure.Measure, ...], rules: policy.Policy, store: Store
) -> list[str]:
    """Tables published and published_note; a sentence for each note. Raises MeasureError."""
    name, unread = store.current(), ""
    before = None if name is None else store.releases / f"{name}.duckdb"
    if before:
        try:
            contents(before)
        except StoreError as error:
            unread = str(error)
    notes = published.make(con, measure.under(measures, rules), rules, before, unread)
    return [published.words(note) for note in notes]


def list_sizes_left_out(con: duckdb.DuckDBPyConnection) -> list[str]:
    """A sentence for each practice and month whose rates are left out for its list size."""
    rows = con.execute(
        "SELECT practice_code, strftime(month, '%Y-%m'), reason, registered, before FROM quality_list_size"
    ).fetchall()
    return [
        f"no rates of {code} for {month}: its list size cannot be right ({registered:,} people"
        f"{f', {before:,} before' if before else ''}): {reason}. Correct the rows of {code}, {month} in the "
        "list_sizes file, load it again, then build."
        for code, month, reason, registered, before in rows
    ]


def read_texts(
    con: duckdb.DuckDBPyConnection,
    put_right: Overrides = NONE,
    factor_version: str | None = None,
    other: spark.Spark | None = None,
) -> None:
    """Tables product_reading, direction_reading, reading and override, from the texts of source_issues and
    kept_issue."""
    issued = "SELECT DISTINCT product, coalesce(directions, '') AS directions FROM source_issues"
    kept = con.execute("SELECT DISTINCT product, '' FROM kept_issue WHERE product IS NOT NULL").fetchall()
    pairs = sorted({*(other.rows(issued) if other else con.execute(issued).fetchall()), *kept})
    _table(
        con,
        "product_reading",
        readings.product_readings(sorted({p for p, _ in pairs}), put_right, factor_version),
    )
    _table(con, "line_reading", readings.line_readings(pairs, put_right, factor_version))
    con.execute("""
        CREATE TEMP TABLE reading AS
        SELECT CAST(row_number() OVER (ORDER BY l.product, l.directions) AS INTEGER) AS line,
               CAST(dense_rank() OVER (ORDER BY p.class, l.product_key) AS INTEGER) AS product_no,
               CAST(dense_rank() OVER (ORDER BY p.class, l.product_key, l.meaning) AS INTEGER) AS course,
               l.* EXCLUDE (meaning), p.class, p.ingredient, p.form, p.release, p.status
        FROM line_reading AS l
        INNER JOIN product_reading AS p ON p.product = l.product""")
    texts = con.execute("SELECT DISTINCT directions, form FROM reading WHERE counted ORDER BY ALL").fetchall()
    _table(con, "direction_reading", readings.direction_readings(texts, put_right))
    _table(con, "override", readings.override_rows(put_right))


def _info(
    con: duckdb.DuckDBPyConnection,
    release: str,
    rules: policy.Policy,
    synthetic: bool,
    changes: str,
    made_of: str,
) -> None:
    now = dt.datetime.now(dt.UTC).replace(microsecond=0, tzinfo=None)
    con.execute(
        """CREATE TABLE release_info AS SELECT
            $release AS release, $now::TIMESTAMP AS built_at,
            $synthetic::BOOLEAN AS synthetic,
            $icb AS icb, $contract AS contract_version, $factors AS factor_version, $operator AS operator,
            $default::INTEGER AS default_threshold, $thresholds::INTEGER[] AS thresholds,
            $window::INTEGER AS window_days,
            (SELECT min(month) FROM calendar) AS data_from, (SELECT max(month_end) FROM calendar) AS data_to,
            $policy AS policy_json, $changes AS method_changes, $made_of AS made_of""",
        {
            "release": release, "now": now, "synthetic": synthetic, "icb": rules.icb,
            "contract": contract.version(),
            "factors": rules.dose.factor_version, "operator": rules.thresholds.operator,
            "default": rules.thresholds.default, "thresholds": list(rules.thresholds.values),
            "window": rules.dose.window_days, "policy": rules.as_json(),
            "changes": changes, "made_of": made_of,
        },
    )  # fmt: skip


def _check(con: duckdb.DuckDBPyConnection, name: str, sql: str) -> None:
    """One claim in etl/checks: a row that it returns stops the publication."""
    broken = con.execute(f"SELECT * FROM (\n{sql}\n) LIMIT 3").fetchall()
    if broken:
        claim = name.removesuffix(".sql").replace("_", " ")
        raise CheckError(f'not published: the check "{claim}" fails, first at {broken[0]}. See {name}.')


def _table(
    con: duckdb.DuckDBPyConnection, name: str, frame: pd.DataFrame, select: str = "*", published: bool = False
) -> None:
    con.register("frame", frame)
    con.execute(f"CREATE {'' if published else 'TEMP'} TABLE {name} AS SELECT {select} FROM frame")
    con.unregister("frame")
