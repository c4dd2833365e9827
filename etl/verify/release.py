"""A published release against what its receipts say was landed, and against itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from etl import build, counting
from etl.release import published, receipt_tables
from etl.store import Receipt, Store, StoreError, releases
from etl.store.release_contents import contents
from measures import measure, policy
from medicines import dose

# What is published and what is landed, each as: of what, how many. Only texts the release counts.
PAIRS = {
    "issues of product": (
        "SELECT product, issues FROM product",
        "SELECT product, count(*) FROM source_issues GROUP BY ALL",
    ),
    "days of issue of a patient, practice and month": (
        """SELECT practice || ' ' || strftime(issued_on, '%Y-%m'), count(*) FROM (
            SELECT max(practice_code) AS practice, issued_on FROM supply GROUP BY patient_key, issued_on)
        GROUP BY ALL""",
        """SELECT practice || ' ' || strftime(issued_on, '%Y-%m'), count(*) FROM (
            SELECT max(practice_code) AS practice, issued_on FROM counted GROUP BY patient_key, issued_on)
        GROUP BY ALL""",
    ),
    "quantity supplied, month": (
        "SELECT strftime(issued_on, '%Y-%m'), round(coalesce(sum(quantity), 0)) FROM supply GROUP BY ALL",
        f"""SELECT strftime(issued_on, '%Y-%m'), round(coalesce(sum(quantity)
            FILTER (WHERE quantity > 0 AND quantity <= {dose.LARGEST_QUANTITY}), 0))
        FROM counted GROUP BY ALL""",
    ),
    "practice": (
        "SELECT practice_code, count(*) FROM practice GROUP BY ALL",
        "SELECT practice_code, count(*) FROM source_practices GROUP BY ALL",
    ),
    "people registered, practice and month": (
        """SELECT practice_code || ' ' || strftime(month, '%Y-%m'), registered FROM practice_month
        WHERE registered IS NOT NULL""",
        """SELECT l.practice_code || ' ' || strftime(l.month, '%Y-%m'), sum(l.registered)
        FROM source_list_sizes AS l
        INNER JOIN practice_month AS p ON p.practice_code = l.practice_code AND p.month = l.month AND p.listed
        GROUP BY ALL""",
    ),
    "referrals, practice": (
        "SELECT practice_code, count(*) FROM referral GROUP BY ALL",
        "SELECT practice_code, count(*) FROM source_referrals GROUP BY ALL",
    ),
    "best-interest records, practice": (
        "SELECT practice_code, count(*) FROM best_interest GROUP BY ALL",
        "SELECT practice_code, count(*) FROM source_best_interest GROUP BY ALL",
    ),
}
AGAIN = "Build again: python -m etl build --anyway."
COUNTED = """CREATE TEMP VIEW counted AS SELECT i.* FROM source_issues AS i INNER JOIN line AS l
    ON l.product = i.product AND l.directions = coalesce(i.directions, '') AND l.counted"""

DIFFERENT = """SELECT DISTINCT measure, practice_code FROM (
    (FROM recounted EXCEPT ALL FROM measure_month) UNION ALL (FROM measure_month EXCEPT ALL FROM recounted))
    ORDER BY ALL"""


def differences(store: Store, receipts: list[Receipt]) -> Iterator[str]:
    """Every difference, in words: the release served in full, of the others whether each can be read."""
    served = store.current()
    if served is not None and served not in releases.names(store):
        yield (
            f"CURRENT: names a release that is not kept ({served[:40]!r}). Serve one that is (python -m etl "
            "releases --serve NAME), or build again."
        )
    for release in releases.names(store):
        path = store.releases / f"{release}.duckdb"
        try:
            contents(path)
            if release == served:
                yield from (f"release {release}: {words}" for words in _served(path, store, receipts))
        except StoreError as error:
            yield str(error)
        except duckdb.Error as error:
            yield f"release {release}: not of this version ({str(error).splitlines()[0][:80]}). {AGAIN}"


def _served(path: Path, store: Store, receipts: list[Receipt]) -> Iterator[str]:
    with duckdb.connect(str(path), read_only=True) as con:
        (own,) = con.execute("SELECT release FROM release_info").fetchall()[0]
        if own != path.stem:
            yield f"holds release {own}. {AGAIN}"
        last = con.execute("SELECT coalesce(max(number), 0) FROM quality_receipt").fetchall()[0][0]
        made_from = [receipt for receipt in receipts if receipt.number <= last]  # the next build has the rest
        yield from _receipts(con, store, made_from)
        yield from _landed(con, store, made_from)
        yield from _measures(con)


def _receipts(con: duckdb.DuckDBPyConnection, store: Store, receipts: list[Receipt]) -> Iterator[str]:
    """Receipts and rows kept out, as the release shows them and as they are on disk."""
    expected = _records(receipt_tables.receipt_rows(receipts)[receipt_tables.RECEIPT])
    found = con.execute(f"SELECT {', '.join(receipt_tables.RECEIPT)} FROM quality_receipt").fetchall()
    for number in sorted({row[0] for row in set(expected) ^ set(found)}):
        yield f"receipt {number} is not as it is on disk. If none is missing there, build again."
    columns = ["number", "practice_code", "reason", "rows"]
    stored = _records(receipt_tables.quarantine_rows(store, receipts)[columns])
    shown = con.execute(f"SELECT {', '.join(columns)} FROM quality_quarantine").fetchall()
    for number in sorted({row[0] for row in set(stored) ^ set(shown)}):
        yield f"rows kept out under receipt {number} are not those in quarantine. {AGAIN}"


def _records(frame: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in frame.astype(object).itertuples(index=False)]


def _landed(con: duckdb.DuckDBPyConnection, store: Store, receipts: list[Receipt]) -> Iterator[str]:
    """Rows published and rows landed, by product, practice and month."""
    try:
        build.sources(con, store, receipts)
    except StoreError:
        return  # named already: a part is missing or damaged
    con.execute(COUNTED)
    for what, (served, landed) in PAIRS.items():
        odd = con.execute(
            f"SELECT coalesce(p.of, l.of), coalesce(p.n, 0), coalesce(l.n, 0) FROM ({served}) AS p(of, n) "
            f"FULL JOIN ({landed}) AS l(of, n) ON l.of = p.of WHERE p.n IS DISTINCT FROM l.n ORDER BY ALL"
        ).fetchall()
        for of, there, here in odd[:3]:
            yield f"{what} {of}: {there:g} published, {here:g} landed. {AGAIN}"


def _measures(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Measures counted again from the marts, where they and the policy are still those of the release; and
    every check that needs nothing but marts."""
    measures, rules = measure.load(), policy.load()
    (told,) = con.execute("SELECT policy_json FROM release_info").fetchall()[0]
    defined = {slug for (slug,) in con.execute("SELECT measure FROM measure_def").fetchall()}
    if told == rules.as_json() and defined == {m.slug for m in measures}:
        models = counting.models(measures, rules)
        for name in [name for name, (_, made_as) in models.items() if made_as == "TEMP TABLE"]:
            con.execute(f"CREATE TEMP TABLE {name} AS {models[name][0]}")
        con.execute(f"CREATE TEMP TABLE recounted AS {models['measure_month'][0]}")
        odd = con.execute(DIFFERENT).fetchmany(3)
        for slug, practice in odd:
            yield f"measure {slug} of practice {practice} is not what its marts give. {AGAIN}"
    tables = {name for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    if "published_note" in tables and told == rules.as_json() and defined == {m.slug for m in measures}:
        for slug, month in published.unsaid(con, measure.under(measures, rules), rules):
            yield f"measure {slug} of {month} is not published, and no note says why. {AGAIN}"
    if "published" in tables:
        for slug, area in published.misread(con, json.loads(told)["suppression"]):
            yield f"measure {slug} of {area} is not published as its counts and the policy ask. {AGAIN}"
    for path in sorted(build.CHECKS.rglob("*.sql")):
        sql = path.read_text(encoding="utf-8")
        if con.get_table_names(sql) <= tables and (broken := con.execute(sql).fetchmany(1)):
            yield f'the check "{path.stem.replace("_", " ")}" fails, first at {broken[0]}. {AGAIN}'
