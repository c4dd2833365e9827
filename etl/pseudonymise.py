"""Replaces NHS numbers in an extract (CSV) by pseudonyms, on the practice's own computer, before it is sent.

Needs Python 3.9 or newer and nothing else: this file may be copied alone. docs/extracts.md says how to use it, and
what a pseudonym does and does not protect. A pseudonym is the letter a (so that no spreadsheet takes it for a number)
and the first 32 hexadecimal digits (128 bits) of HMAC-SHA-256 of the number's ten digits under the key.
"""  # noqa: E501

from __future__ import annotations

import argparse
import codecs
import contextlib
import hmac
import io
import os
import re
import secrets
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import IO

HEADINGS = ("Patient pseudonym", "Patient ID", "patient_key")  # what the intake calls the column
HEADER_WITHIN = 50  # lines from the top
LONGEST_LINE = 500_000  # characters
MOST_LINES = 100  # of one row: beyond it a quotation mark was never closed
SHOWN = 20  # faults named one by one
KEY_FILE = "# The key to pseudonyms. Keep a copy in a second safe place, and never send either.\n{} {}\n"
CARE = """Before you send it: drop every column the guide does not list (--drop; this script cannot tell
which), and read the free text (directions, reasons), which may still name people."""
_KEY = re.compile(r"([0-9a-f]{64}) ([0-9a-f]{8})")
_BETWEEN = re.compile("[\\s\u00ad\u200b-\u200f\u2010-\u2015\u2060\u2212\ufeff\udc96\udc97\udca0\udcad-]")
_GROUPED = re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")
_QUOTED = re.compile(r'"[^"]*(?:""[^"]*)*"(?!")')


class StopError(Exception):
    """Why nothing was written: what, where, what to do; never a value of the extract."""


def number(written: str) -> tuple[str, str]:
    """The ten digits of an NHS number however it is written, and ""; or "" and why it is none.

    Source of the check digit (modulus 11): NHS Data Dictionary, NHS NUMBER. One digit ten times passes it,
    but is what people type where they know no number.
    """
    text = _BETWEEN.sub("", unicodedata.normalize("NFKC", written)).strip("='\"")
    text = re.sub(r"\.0+$", "", text)
    if not re.fullmatch("[0-9]{10}", text):
        return "", "not ten digits" if text else "empty"
    total = sum(int(digit) * (10 - place) for place, digit in enumerate(text[:9]))
    valid = -total % 11 == int(text[9]) and len(set(text)) > 1
    return (text, "") if valid else ("", "no valid NHS number")


def pseudonym(key: bytes, digits: str) -> str:
    """What stands for the person with this NHS number under this key."""
    return "a" + hmac.new(key, digits.encode("ascii"), "sha256").hexdigest()[:32]


def check_of(key: bytes) -> str:
    """Eight characters that tell one key from another, and a damaged one from a sound one."""
    return hmac.new(key, b"check", "sha256").hexdigest()[:8]


def make_key(args: argparse.Namespace) -> str:
    """Writes a new random key of 256 bits, for its owner alone where the system can see to that."""
    key, path = secrets.token_bytes(32), args.keyfile
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(KEY_FILE.format(key.hex(), check_of(key)))
    if os.name == "nt" or path.stat().st_mode & 0o077:
        print(f"Others may be able to read {path}: keep it in a folder only you can open.", file=sys.stderr)
    return f"{path}: key {check_of(key)}. Keep a copy in a second safe place, and never send either."


def key_in(path: str) -> bytes:
    """The key in a file. Raises ArgumentTypeError where it is none, or was changed."""
    text = existing(path).read_bytes()[:4096].decode("utf-8-sig", "replace")
    found = _KEY.fullmatch(" ".join(line for line in text.split("\n") if not line.startswith("#")).strip())
    if not found or check_of(bytes.fromhex(found[1])) != found[2]:
        raise argparse.ArgumentTypeError(f"{path} is no key, or a damaged one. Use the copy you keep.")
    return bytes.fromhex(found[1])


def existing(path: str) -> Path:
    """The path of a file. Raises ArgumentTypeError where there is none."""
    if not Path(path).is_file() or not os.access(path, os.R_OK):
        raise argparse.ArgumentTypeError(f"{path}: no such file, or none you may read. Check the path.")
    return Path(path)


def new_file(path: str) -> Path:
    """The path of a file to be. Raises ArgumentTypeError where one is, or its folder is not."""
    if Path(path).exists() or not Path(path).parent.is_dir():
        why = "exists already and is never overwritten" if Path(path).exists() else "is in no folder there is"
        raise argparse.ArgumentTypeError(f"{path} {why}. Name another.")
    return Path(path)


def encoding_of(path: Path) -> str:
    """The encoding of a text file; bytes that are not UTF-8 pass through it unchanged. Raises StopError."""
    with path.open("rb") as file:
        start = file.read(4)
    if start == b"PK\x03\x04":
        raise StopError("it is a workbook or a ZIP. Export as CSV, or save it in Excel as CSV UTF-8.")
    return {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}.get(start[:2], "utf-8")


def lines_of(file: IO[str]) -> Iterator[tuple[int, str]]:
    """Each line with its number. Raises StopError for what no text file holds."""
    for line, text in enumerate(iter(lambda: file.readline(LONGEST_LINE), ""), start=1):
        if "\0" in text or len(text) == LONGEST_LINE:
            raise StopError(f"line {line} holds a NUL byte, or is too long for text. Export it again as CSV.")
        yield line, text


def split(text: str, delimiter: str) -> list[str]:
    """The cells of a row as written; none where a quotation mark does not close. Raises ValueError where
    something follows a closing one."""
    if '"' not in text:
        return text.split(delimiter)
    cells, at = [], 0
    while True:
        quoted = _QUOTED.match(text, at)
        if text.startswith('"', at) and not quoted:
            return []
        end = quoted.end() if quoted else text.find(delimiter, at)
        end = len(text) if end < 0 else end
        cells.append(text[at:end])
        if end == len(text):
            return cells
        if text[end] != delimiter:
            raise ValueError
        at = end + 1


def value(cell: str) -> str:
    """What a cell says, without its quotation marks."""
    return cell[1:-1].replace('""', '"') if cell.startswith('"') else cell


def heading(cell: str) -> str:
    """A heading as it is compared: without case or repeated spaces."""
    return " ".join(value(cell).split()).casefold()


class Extract:
    """One extract while it is rewritten, and the rows that cannot be."""

    def __init__(self, file: IO[str], args: argparse.Namespace) -> None:
        self.args, self.lines = args, lines_of(file)
        self.patient = ("", "no patient above it")  # the number on the last first row, and what is wrong
        self.written = self.left_out = 0
        self.named: list[str] = []

    def texts(self) -> Iterator[str]:
        """The output, piece by piece; faults are counted. Raises StopError for a file that is no table."""
        yield from self._above()
        for line, cells, end in self._rows():
            blank = not any(map(value, cells))
            if not blank and (len(cells) < self.width or any(cells[self.width :])):
                raise StopError(f"line {line} has {len(cells)} cells, the header {self.width}. Correct it.")
            if why := "" if blank else self._fault(cells):
                self.left_out += 1
                self.named += [f"line {line} ({why})"] if self.left_out <= SHOWN else []
                continue
            if not blank and value(cells[self.column]).strip():
                mark = '"' if cells[self.column].startswith('"') else ""
                cells[self.column] = f"{mark}{pseudonym(self.args.key, self.patient[0])}{mark}"
            self.written += not blank
            yield self._joined(cells) + end

    def faults(self) -> str:
        """How many rows cannot be rewritten, and the first of them by line and reason."""
        more = f" and {self.left_out - SHOWN:,} more" if self.left_out > SHOWN else ""
        return f"{self.left_out:,} row{'s' * (self.left_out != 1)}: {', '.join(self.named)}{more}"

    def _fault(self, cells: list[str]) -> str:
        """Why a row cannot be rewritten. Where a number stands on a patient's first row only, the rows below
        one at fault are at fault too: they would be taken for the patient's before."""
        if self.args.carried_down is None or any(value(cells[n]).strip() for n in self.carried):
            self.patient = number(value(cells[self.column]))
        text = self._joined(cells, but=self.column)
        if any("\n" in cell or "\r" in cell for cell in cells):
            self.patient = ("", "a line break in a cell, or a quotation mark too few or too many")
        elif self.patient[0] and self.patient[0] in _BETWEEN.sub("", text):
            self.patient = ("", "its number stands in another column too")
        return self.patient[1]

    def _joined(self, cells: list[str], but: int = -1) -> str:
        return self.delimiter.join(c for n, c in enumerate(cells) if n not in self.dropped and n != but)

    def _above(self) -> Iterator[str]:
        """The lines down to the header, the first line that holds the column."""
        above: list[str] = []
        for _, text in zip(range(HEADER_WITHIN), (text for _, text in self.lines)):  # noqa: B905
            mark, body = "\ufeff" * text.startswith("\ufeff"), text.lstrip("\ufeff").rstrip("\r\n")
            for self.delimiter in ",;\t|":
                with contextlib.suppress(ValueError):
                    cells = split(body, self.delimiter)
                    if heading(self.args.column) in map(heading, cells):
                        self._take(cells)
                        if any(number(hit)[0] for hit in _GROUPED.findall("".join(above))):
                            raise StopError("the lines above its header hold an NHS number. Remove it.")
                        yield from above
                        yield mark + self._joined(cells) + text[len(mark) + len(body) :]
                        return
            above.append(text)
        raise StopError(f'no line near its top has a column headed "{self.args.column}". Check the spelling.')

    def _take(self, cells: list[str]) -> None:
        """Which columns are replaced, dropped and watched; the new heading."""
        named = [self.args.column, *self.args.drop, *(self.args.carried_down or [])]
        at = {name: [n for n, cell in enumerate(cells) if heading(cell) == heading(name)] for name in named}
        self.dropped = {n for name in self.args.drop for n in at[name]}
        wrong = [name for name in named if not at[name]]
        if wrong or len(at[self.args.column]) > 1 or self.dropped.intersection(at[self.args.column]):
            name = [*wrong, self.args.column][0]
            raise StopError(f'the header holds "{name}" {len(at[name])} times. Check --column and --drop.')
        self.width, self.column = len(cells), at[self.args.column][0]
        self.carried = [self.column, *(n for name in self.args.carried_down or [] for n in at[name])]
        cells[self.column] = self.args.heading or cells[self.column]

    def _rows(self) -> Iterator[tuple[int, list[str], str]]:
        """The first line, the cells as written and the line end of each row below the header."""
        for line, text in self.lines:
            cells: list[str] = []
            with contextlib.suppress(ValueError):
                for _ in range(MOST_LINES):
                    body = text.rstrip("\r\n")
                    if cells := split(body, self.delimiter):
                        break
                    text += next(self.lines, (0, ""))[1]
            if not cells:
                raise StopError(f"line {line}: a quotation mark too few or too many. Correct that line.")
            yield line, cells, text[len(body) :]


@contextlib.contextmanager
def beside(path: Path, encoding: str) -> Iterator[IO[str]]:
    """A file that takes its place when all went well, and else leaves nothing behind."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding=encoding, errors="surrogateescape", newline="") as file:
            yield file
            file.flush()
            os.fsync(handle)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink()
        raise


def run(args: argparse.Namespace) -> str:
    """Writes the extract with pseudonyms; what was done. Raises StopError, and leaves nothing then."""
    encoding = encoding_of(args.extract)
    reading = args.extract.open(encoding=encoding, errors="surrogateescape", newline="")
    with reading as source, beside(args.out, encoding) as target:
        extract = Extract(source, args)
        target.writelines(extract.texts())
        if extract.left_out and not args.keep_invalid_out:
            raise StopError(f"{extract.faults()}. Correct them, or leave them out with --keep-invalid-out.")
    left = f"Left out: {extract.faults()}.\n" if extract.left_out else ""
    return f"{args.out}: rows written: {extract.written:,}, under key {check_of(args.key)}.\n{left}{CARE}"


def main(argv: list[str] | None = None) -> int:
    """Carries out a command: 0 done, 1 the extract or the disk does not allow it, 2 a wrong command."""
    parser = argparse.ArgumentParser(prog="pseudonymise.py", description=(__doc__ or "").partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    key = commands.add_parser("key", help="make a new key")
    key.add_argument("keyfile", type=new_file, help="where to write it")
    rewrite = commands.add_parser("run", help="replace the numbers in one extract")
    option = rewrite.add_argument
    option("extract", type=existing, help="the extract, a CSV file")
    option("--column", required=True, help="heading of the column that holds the NHS number")
    option("--as", dest="heading", help="its new heading, for the intake one of: " + ", ".join(HEADINGS))
    option("--key", type=key_in, required=True, help="the key file")
    option("--out", type=new_file, required=True, help="the file to write")
    option("--drop", nargs="+", action="extend", default=[], help="headings of columns to leave out")
    option("--carried-down", nargs="*", help="the number stands on a patient's first row only, as do these")
    option("--keep-invalid-out", action="store_true", help="leave out rows without a valid number")
    args = parser.parse_args(argv)
    try:
        done = make_key(args) if args.command == "key" else run(args)
    except (StopError, OSError, UnicodeError) as error:
        why = str(error) if isinstance(error, StopError) else "it is no text. Export it again as CSV (UTF-8)."
        why = f"{error.strerror}. Put that right and start again." if isinstance(error, OSError) else why
        where = getattr(error, "filename", None) or args.extract
        print(f"{where}: {why} Nothing was written.", file=sys.stderr)
        return 1
    print(done)
    return 0


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a path the console's letters cannot write
    sys.exit(main())
