"""Synthetic extracts: fictional practices and patients in the shapes clinical systems export."""

import json
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from etl.sample import worlds
from etl.sample.files import exports, shapes
from etl.sample.files.exports import Sent
from etl.sample.files.extracts import packed, sent, together, written
from etl.sample.files.list_sizes import list_size_lines
from etl.sample.files.workbook import zipped
from etl.sample.people.records import records
from etl.sample.people.stories import story_people
from etl.sample.periods import Period, extract_periods, month_end, month_start, months_to
from etl.sample.practices import ICB, Practice, list_rows, practices
from etl.sample.worlds import WORLDS

README = """# Synthetic extracts

Every practice, patient and number here is invented: no row describes a real person or a real practice.
The products are real dm+d names (NHS Business Services Authority, Open Government Licence v3.0).

Made by `python -m etl sample --practices {practices} --months {months} --seed {seed} --out DIR`:
{practices} practices, {months} months to {end}. The same command writes the same files again.

- `practices_*.csv`, `list_sizes_*.csv`: the area's files, in the plain layout.
- `list_sizes_*.zip`: the last month as NHS England publishes it, by single year of age (but with rows of
  another sex, which it does not have). Its list of practices is not here: it cannot mark one as invented.
- one ZIP for each practice and period, or its files one by one, in the layout of its clinical system.
- the first period of each practice covers all but the last three months, which come one by one. Issues and
  patients of these months come in another shape from some practices:
  - SYN06, SYN14 and so on: SystmOne breakdowns;
  - SYN05, SYN13 and so on: EMIS lists without lines above the header, issues in two groups side by side;
  - SYN10, SYN18 and so on, together: EMIS enterprise reports (`enterprise_*`);
  - SYN11, SYN19 and so on, together: a SystmOne strategic extract (`strategic_*`), with referrals.
- practices and patients that show something in particular: `etl/sample/people/stories.py`.
- a few rows are wrong on purpose (impossible date, negative quantity, exact duplicate, unknown product).
"""


def write(
    practices: int, months: int, seed: int, out: Path, end: str = "2026-09", world: str | None = None
) -> list[Path]:
    """Write the extracts of so many practices and months up to end (YYYY-MM) and return the files, sorted.

    world: one of `worlds.WORLDS`, whose extracts hold what is true in it and no stories; beside them stands
    truth.json, which is no extract. The same arguments give the same bytes. Makes out where missing; files of
    the same names are replaced. Raises ValueError for fewer than one practice or month or a world there is
    not, OSError where out cannot be written.
    """
    if world is not None and world not in WORLDS:
        raise ValueError(f"There is no world “{world}”. There are: {', '.join(WORLDS)}.")
    if practices < 1:
        raise ValueError(
            f"A sample needs at least one practice, not {practices}. Give --practices 1 or more."
        )
    out.mkdir(parents=True, exist_ok=True)
    if world is None:
        readme = README.format(practices=practices, months=months, seed=seed, end=end)
        files = chain([("README.md", readme.encode())], _files(practices, months_to(end, months), seed))
    else:
        files = chain(_files_of(world, practices, months_to(end, months), seed))
    paths = []
    for name, content in files:
        (out / name).write_bytes(content)
        paths.append(out / name)
    return sorted(paths)


def _files(count: int, months: list[str], seed: int) -> Iterator[tuple[str, bytes]]:
    found = practices(count, seed)
    yield from _area_files(found, months)
    start, ends = month_start(months[0]), [month_end(month) for month in months]
    told = story_people(found, start, ends[-1])
    shared: defaultdict[tuple[str, str], list[Sent]] = defaultdict(list)
    for practice in found:
        held = records(seed, practice, told[practice.number], ends, start)
        for period in extract_periods(months):
            if practice.latest_missing and period.last == months[-1]:
                continue
            own = list[Sent]()
            for one in sent(seed, held, period):
                shape = exports.shape_of(practice, one.entity, period)
                (shared[shape, period.name] if exports.is_shared(shape) else own).append(one)
            yield from packed(own).items()
    for (shape, _), several in shared.items():
        yield from together(shape, several).items()


def _files_of(name: str, count: int, months: list[str], seed: int) -> Iterator[tuple[str, bytes]]:
    """Files of a world: one extract of all months from each practice."""
    world, period = WORLDS[name], Period(months[0], months[-1])
    found = worlds.alike(practices(count, seed), world)
    yield from _area_files(found, months)
    ends = [month_end(month) for month in months]
    falls = worlds.rapid_falls(found, world, seed, period.start, period.end)
    for practice in found:
        told = [fall.someone for fall in falls if fall.someone.practice == practice]
        held = records(seed, practice, told, ends, period.start, world)
        yield from packed(sent(seed, held, period)).items()
    told_of = worlds.truth(name, seed, found, falls)
    yield "truth.json", f"{json.dumps(told_of, indent=1)}\n".encode()


def _area_files(found: list[Practice], months: list[str]) -> Iterator[tuple[str, bytes]]:
    listed = [(p.code, p.name, p.pcn, p.place, ICB, p.system, None, None, None, True) for p in found]
    yield f"practices_{months[-1]}.csv", _plain("practices", list(listed))
    sizes = [row for practice in found for row in list_rows(practice, months)]
    if early := [row for row in sizes if row[1] != months[-1]]:
        yield f"list_sizes_{Period(months[0], months[-2]).name}.csv", _plain("list_sizes", early)
    latest = written(list_size_lines([row for row in sizes if row[1] == months[-1]]), "utf-8")
    name = f"gp-reg-pat-prac-sing-age_{months[-1]}.csv"
    yield f"list_sizes_{months[-1]}.zip", zipped({name: latest})


def _plain(entity: str, rows: list[tuple[object, ...]]) -> bytes:
    return written(shapes.table(shapes.columns("plain", entity), list(rows)), "utf-8")
