"""Apache Spark as the engine: every model made there, from the same SQL, its rows fetched into the release.

Readings of texts, checks, views and the published edition stay with DuckDB: docs/scale.md, "What runs where".
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import socket
import subprocess
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import duckdb

from etl.engines import EngineError
from etl.engines.duckdb import order, reads, reads_of
from etl.engines.spark_sql import TYPES, UntranslatedError, holds, steps, translated

VERSION = "4.2"  # of PySpark and of the Spark it speaks to: the two must agree
INSTALL = "Install what it needs: pip install --require-hashes -r requirements-spark.txt (docs/scale.md)."
STAYS = "The last release stays."
OLDEST_JAVA = 17
PATIENCE = 10  # seconds until a cluster that does not answer is given up
SETTINGS = {  # of the session, so that no cluster's own setting changes a figure
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.caseSensitive": "false",
}
CORES = str(os.cpu_count() or 1)
LOCAL = {  # where Spark runs in this process
    "spark.driver.memory": "4g",
    "spark.sql.shuffle.partitions": CORES,
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


@dataclass(frozen=True)
class Place:
    """Where Spark runs, and folders as Spark names them: `landing`, the store's own where empty; `marts`,
    where tables are written, on this computer where empty."""

    master: str = "local[*]"
    landing: str = ""
    marts: str = ""

    @property
    def is_local(self) -> bool:
        return self.master.startswith("local")


class Spark:
    """A session in which tables are Parquet in one folder, and views of it. Raises EngineError."""

    def __init__(self, place: Place, scratch: Path) -> None:
        if not (place.is_local or place.marts):
            raise EngineError(
                f"not published: {place.master} may not see this computer's disk. Name a folder that it "
                f"reaches with --marts, such as s3a://bucket/marts. {STAYS}"
            )
        self.place = place
        whose = hashlib.sha256(f"{socket.gethostname()} {scratch.resolve()}".encode()).hexdigest()[:12]
        marts = f"{place.marts.rstrip('/')}/building-{whose}"  # two stores may share a folder of marts
        self.folder = marts if place.marts else str(scratch / "spark")
        self.made = set[str]()
        self.session = _session(place)

    def close(self) -> None:
        with suppress(Exception):  # whatever went wrong has been said, and a release is published or not
            self.session.stop()

    def land(
        self, con: duckdb.DuckDBPyConnection, store: Path, parts: Mapping[str, int], keys: Mapping[str, str]
    ) -> None:
        """Views every_issues and source_issues: the landing parts (path in the store → rows) and what `con`
        has of issues kept back. `keys`: SQL of the patient key in parts where it is not the column itself.

        Raises EngineError where a part is missing, damaged, or has not the rows it was landed with.
        """
        columns = _columns(con, "empty_issues")
        at = self.place.landing.rstrip("/") or str(store / "landing")
        found = self.put(con, "every_issues")
        names = [name for name, _ in columns if name != "patient_key"]
        remedy = f"Restore what is missing in {at}, or load the extract again; then build."
        with _told("read the landing", remedy):
            for key in {"patient_key", *keys.values()}:
                paths = [path for path in parts if keys.get(path, "patient_key") == key]
                if paths:
                    landed = self.session.read.schema(_ddl(columns)).parquet(
                        *(f"{at}/{path.removeprefix('landing/')}" for path in paths)
                    )
                    self._count(landed, {path: parts[path] for path in paths}, at)
                    same = translated(f"SELECT {key}").removeprefix("SELECT ")
                    found = found.unionByName(landed.selectExpr(f"{same} AS patient_key", *names))
        for name in ("every_issues", "source_issues"):
            found.createOrReplaceTempView(name)

    def _count(self, landed: Any, parts: Mapping[str, int], at: str) -> None:
        """Raises EngineError for a part that has not as many rows as its receipt says."""
        counted = landed.groupBy("_metadata.file_path").count().collect()
        rows = {unquote(path): count for path, count in counted}
        for path, expected in parts.items():
            inside = path.removeprefix("landing")
            there = next((count for name, count in rows.items() if name.endswith(inside)), 0)
            if there != expected:
                raise EngineError(
                    f"not published: {at}{inside} has {there:,} rows, its receipt says {expected:,}. Copy "
                    f"the store's landing there again, or load the extract again; then build. {STAYS}"
                )

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query in DuckDB's SQL."""
        with _told("answer a query"):
            return [tuple(row) for row in self.session.sql(translated(sql)).collect()]

    def put(self, con: duckdb.DuckDBPyConnection, name: str) -> Any:
        """A table or view of `con` as a view of the same name in Spark."""
        with _told(f"take in the table {name}"):
            return self._put(con, name)

    def _put(self, con: duckdb.DuckDBPyConnection, name: str) -> Any:
        columns = _columns(con, name)
        kept = ", ".join(f'CAST("{column}" AS {_plain(kind)}) AS "{column}"' for column, kind in columns)
        if (folder := self._on_disk(name)) is not None:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            part = (folder / "part.parquet").as_posix().replace("'", "''")
            con.execute(f"COPY (SELECT {kept} FROM {name}) TO '{part}' (FORMAT parquet)")
        else:
            made = con.sql(f"SELECT {kept} FROM {name}").to_arrow_table()
            given = made if made.num_rows else []  # of a table without rows Spark takes none of the columns
            self.session.createDataFrame(given, _ddl(columns)).write.mode("overwrite").parquet(self._at(name))
        return self._view(name, columns)

    def make(
        self,
        con: duckdb.DuckDBPyConnection,
        files: Mapping[str, tuple[str, str]],
        also: set[str],
        progress: Callable[[str], None],
    ) -> None:
        """Every model, made by Spark and fetched into `con`: those that are published, and those of `also`.

        DuckDB binds each to tables without rows, and so says which types its columns have.
        """
        sql = {name: text for name, (text, _) in files.items()}
        for name in sorted({table for text in sql.values() for table in reads(text)} - set(sql)):
            if name not in ("every_issues", "source_issues"):
                self.put(con, name)
        for name in order(reads_of(sql)):
            text, made_as = files[name]
            if made_as == "VIEW":
                con.execute(f"CREATE VIEW {name} AS {text}")
                continue
            progress(name)
            con.execute(f"CREATE {made_as} {name} AS {text} WITH NO DATA")
            self.model(name, text, _columns(con, name))
            if made_as == "TABLE" or name in also:
                self._fetch(con, name)

    def model(self, name: str, sql: str, columns: Sequence[tuple[str, str]]) -> None:
        """A model as a table of Spark's, with the columns and types that DuckDB gives it."""
        with _told(
            f"make {name}", "Build with --engine duckdb meanwhile, and tell the maintainers the model."
        ):
            *before, (_, last) = steps(name, sql)
            for step, text in before:
                self._step(step, text)
            made = self.session.sql(translated(last))
            _same(name, [(f.name, f.dataType.simpleString()) for f in made.schema.fields], columns)
            told = [f"CAST(`{column}` AS {_type(kind)}) AS `{column}`" for column, kind in columns]
            made.selectExpr(*told).write.mode("overwrite").parquet(self._at(name))
            self._view(name, columns)
        self.made.add(name)

    def _step(self, name: str, sql: str) -> None:
        """A step of a model as a table; a column without any value stays one."""
        made = self.session.sql(translated(sql))
        empty = {field.name for field in made.schema.fields if field.dataType.simpleString() == "void"}
        made.drop(*empty).write.mode("overwrite").parquet(self._at(name))
        told = [f"NULL AS `{column}`" if column in empty else f"`{column}`" for column in made.columns]
        self.session.read.parquet(self._at(name)).selectExpr(*told).createOrReplaceTempView(name)

    def export(self, path: Path, release: str) -> str:
        """Writes every table of a published release into a folder of its own beside the working tables,
        release_info last, and says where they are."""
        at = f"{self.place.marts.rstrip('/')}/{release}"
        with (
            duckdb.connect(str(path), read_only=True) as con,
            _told(f"write the tables to {at}", "Without release_info they are not whole.", published=True),
        ):
            names = [name for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
            for name in sorted(names, key=lambda name: (name == "release_info", name)):
                if name not in self.made:
                    self._put(con, name)
                self.session.read.parquet(self._at(name)).write.mode("overwrite").parquet(f"{at}/{name}")
        return f"the tables of {release} are in {at}"

    def _fetch(self, con: duckdb.DuckDBPyConnection, name: str) -> None:
        with _told(f"hand over {name}"):
            table = self.session.read.parquet(self._at(name))
            expected = table.count()
            if (folder := self._on_disk(name)) is not None:
                parts = (folder / "*.parquet").as_posix().replace("'", "''")
                con.execute(f"INSERT INTO {name} SELECT * FROM read_parquet('{parts}')")
            else:  # one file after another: a mart need not fit into memory
                for file in sorted(unquote(path) for path in table.inputFiles()):
                    con.register("part", self.session.read.schema(table.schema).parquet(file).toArrow())
                    con.execute(f"INSERT INTO {name} SELECT * FROM part")
                    con.unregister("part")
        ((got,),) = con.execute(f"SELECT count(*) FROM {name}").fetchall()
        if got != expected:
            raise EngineError(
                f"not published: Spark made {expected:,} rows of {name}, {got:,} came back. "
                f"Build again. {STAYS}"
            )

    def _at(self, name: str) -> str:
        return f"{self.folder}/{name}"

    def _on_disk(self, name: str) -> Path | None:
        """The folder of a table where this computer can read it too."""
        parts = urlsplit(self._at(name))
        if parts.scheme not in ("", "file"):
            return None
        return Path(parts.path)  # Spark, too, takes it as it is written: no %20

    def _view(self, name: str, columns: Sequence[tuple[str, str]]) -> Any:
        # A column without any value is of every type, as DuckDB has it.
        told = [f"NULL AS `{column}`" if kind == '"NULL"' else f"`{column}`" for column, kind in columns]
        table = self.session.read.schema(_ddl(columns)).parquet(self._at(name)).selectExpr(*told)
        table.createOrReplaceTempView(name)
        return table


def _columns(con: duckdb.DuckDBPyConnection, name: str) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in con.execute(f"DESCRIBE {name}").fetchall()]


def _type(kind: str) -> str:
    if kind not in TYPES:
        raise UntranslatedError(f"Spark has no type for DuckDB's {kind}")
    return TYPES[kind]


def _plain(kind: str) -> str:
    """The type in which a table of DuckDB's is written as Parquet."""
    return {"HUGEINT": "DECIMAL(38, 0)", '"NULL"': "INTEGER"}.get(kind, kind)


def _ddl(columns: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"`{name}` {_type(kind)}" for name, kind in columns)


def _same(name: str, made: Sequence[tuple[str, str]], columns: Sequence[tuple[str, str]]) -> None:
    """Raises UntranslatedError where Spark's columns are not DuckDB's, or are more than its types hold."""
    if [column for column, _ in made] != [column for column, _ in columns]:
        raise UntranslatedError(f"its columns are {', '.join(c for c, _ in made)}")
    for (column, got), (_, kind) in zip(made, columns, strict=True):
        if not holds(_type(kind), got):
            raise UntranslatedError(f"{column} is {got}, DuckDB's is {kind}")


def _session(place: Place) -> Any:
    """Raises EngineError where PySpark, Java or the cluster is not there, or is of another version."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pandas, which nothing here uses
        try:
            import pyspark
            from pyspark.sql import SparkSession
        except ImportError as error:
            raise EngineError(
                f"not published: PySpark is not installed ({error}). {INSTALL} {STAYS}"
            ) from None
    if not pyspark.__version__.startswith(f"{VERSION}."):
        raise EngineError(
            f"not published: PySpark is {pyspark.__version__}, {VERSION} is needed. {INSTALL} {STAYS}"
        )
    if not place.master.startswith("sc://"):
        _need_java()
    _need_answer(place.master)
    with _told(f"start at {place.master}", "Check that it runs and that this computer may reach it."):
        if place.master.startswith("sc://"):
            session = SparkSession.builder.remote(place.master).getOrCreate()
        else:
            builder = SparkSession.builder.master(place.master).appName("opioid stewardship dashboard")
            for key, value in LOCAL.items() if place.is_local else ():
                builder = builder.config(key, value)
            session = builder.getOrCreate()
            session.sparkContext.setLogLevel("OFF")
        there = session.version
        for key, value in SETTINGS.items():
            session.conf.set(key, value)
    if not there.startswith(f"{VERSION}."):
        session.stop()
        raise EngineError(
            f"not published: {place.master} runs Spark {there}, {VERSION} is needed. Choose a cluster of "
            f"that version. {STAYS}"
        )
    return session


def _need_java() -> None:
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=f"{home}/bin" if home else None)
    words = ""
    if java is not None:
        words = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', words)
    if found is None or int(found[1]) < OLDEST_JAVA:
        what = f"Java is {found[1]}" if found else "Java is not installed"
        raise EngineError(
            f"not published: {what}; Spark needs {OLDEST_JAVA} or later. Install it (Debian: apt-get install "
            f"openjdk-17-jre-headless), or set JAVA_HOME. {STAYS}"
        )


def _need_answer(master: str) -> None:
    """Raises EngineError where nothing listens: Spark itself would try for minutes."""
    scheme, _, addresses = master.partition("://")
    if scheme not in ("spark", "sc"):
        return
    why = ""
    for address in addresses.split(","):
        host, _, port = address.split("/")[0].rpartition(":")
        if not (host and port.isdigit()):
            raise EngineError(
                f"not published: --master {master} names no port. Write it as spark://HOST:7077, "
                f"sc://HOST:15002 or local[2]. {STAYS}"
            )
        try:
            socket.create_connection((host, int(port)), PATIENCE).close()
            return
        except OSError as error:
            why = error.strerror or str(error)
    raise EngineError(
        f"not published: nothing answers at {master} ({why}). Start Spark there or check the address. {STAYS}"
    )


@contextmanager
def _told(doing: str, remedy: str = "Build again.", published: bool = False) -> Iterator[None]:
    """Whatever PySpark raises, Java and the network among it, as a sentence."""
    try:
        yield
    except (EngineError, duckdb.Error):
        raise
    except Exception as error:
        said = f"Spark could not {doing} ({_why(error)}). {remedy}"
        raise EngineError(
            f"published, but {said}" if published else f"not published: {said} {STAYS}"
        ) from error


def _why(error: Exception) -> str:
    """The first line that says something."""
    lines = [line.strip(" :\t") for line in str(error).splitlines()]
    telling = [line for line in lines if line and not line.startswith("An error occurred while calling")]
    return (telling or [type(error).__name__])[0][:300]
