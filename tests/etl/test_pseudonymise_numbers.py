"""NHS numbers, keys, and the pseudonyms the script makes of them."""

from __future__ import annotations

import argparse
import codecs
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import nhs_number
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.intake.privacy.columns import hits
from etl.pseudonymise import KEY_FILE, check_of, key_in, main, make_key, number, pseudonym

KEY = bytes(range(32))
KEY_TEXT = KEY_FILE.format(KEY.hex(), check_of(KEY))
ANN = "9434765919"


def valid(nine: int) -> str | None:
    digits = f"{nine:09d}"
    check = nhs_number.calculate_checksum(digits) or 0
    return f"{digits}{check}" if check < 10 and len(set(f"{digits}{check}")) > 1 else None


numbers = st.integers(400_000_000, 999_999_999).map(valid).filter(bool)


def by_hand(secret: bytes, text: bytes) -> str:
    """HMAC-SHA-256 as RFC 2104 defines it."""
    inner, outer = (bytes(b ^ pad for b in secret.ljust(64, b"\0")) for pad in (0x36, 0x5C))
    return hashlib.sha256(outer + hashlib.sha256(inner + text).digest()).hexdigest()


def test_a_worked_pseudonym() -> None:
    """By openssl dgst -sha256 -mac HMAC -macopt hexkey:000102…1f, of the ten digits without a line end."""
    assert pseudonym(KEY, ANN) == "add5c602eeb31d60c7c0d662c897231dd"


@given(numbers, st.binary(min_size=32, max_size=32))
def test_a_pseudonym_is_the_keyed_hash_of_its_definition(digits: str, secret: bytes) -> None:
    assert pseudonym(secret, digits) == "a" + by_hand(secret, digits.encode())[:32]


@given(
    numbers, st.sampled_from(["", " ", "-", "\u00a0", "\u2011", " - "]), st.sampled_from(["", ".0", ".00"])
)
def test_all_writings_of_a_number_are_one(digits: str, gap: str, tail: str) -> None:
    written = gap.join((digits[:3], digits[3:6], digits[6:])) + tail
    wide = digits.translate({ord("0") + n: 0xFF10 + n for n in range(10)})
    for text in (written, f" {written}\t", f"'{written}", f'="{written}"', wide):
        assert number(text) == (digits, "")


@given(st.sets(numbers, min_size=2, max_size=2), st.binary(min_size=32, max_size=32))
def test_other_people_and_other_keys_have_other_pseudonyms(two: set[str], secret: bytes) -> None:
    one, other = two
    assert len({pseudonym(secret, one), pseudonym(secret, other), pseudonym(secret + b"x", one)}) == 3


@given(st.integers(0, 9_999_999_999).map(lambda n: f"{n:010d}"))
def test_a_number_is_one_where_its_check_digit_says_so(digits: str) -> None:
    right = nhs_number.calculate_checksum(digits[:9]) == int(digits[9]) and len(set(digits)) > 1
    assert bool(number(digits)[0]) == right


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("", "empty"), (" \u00a0", "empty"),
        ("943476591", "not ten digits"), ("9.43477E+09", "not ten digits"),
        ("94347659190", "not ten digits"), ("PAT0001", "not ten digits"), ("٩٤٣٤٧٦٥٩١٩", "not ten digits"),
        ("9434765918", "no valid NHS number"), ("9999999999", "no valid NHS number"),
    ],
)  # fmt: skip
def test_what_is_no_number_says_why(written: str, why: str) -> None:
    assert number(written) == ("", why)


def test_a_key_is_new_each_time_and_never_overwritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [tmp_path / "one.key", tmp_path / "two.key"]
    assert [main(["key", str(path)]) for path in paths] == [0, 0]
    keys = [key_in(str(path)) for path in paths]
    assert keys[0] != keys[1]
    assert all(len(secret) == 32 for secret in keys)
    said = capsys.readouterr()
    assert not any(secret.hex() in said.out + said.err for secret in keys)
    closed = os.name != "nt" and not paths[0].stat().st_mode & 0o077
    assert closed != ("Others may be able to read" in said.err), "either closed to others, or said so"
    kept = paths[0].read_bytes()
    with pytest.raises(SystemExit) as stopped:
        main(["key", str(paths[0])])
    assert stopped.value.code == 2
    assert paths[0].read_bytes() == kept
    with pytest.raises(FileExistsError):
        make_key(argparse.Namespace(keyfile=paths[0]))  # made by another in between
    assert paths[0].read_bytes() == kept


def test_a_key_that_others_can_read_is_warned_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = os.open
    monkeypatch.setattr(os, "open", lambda path, flags, mode: made(path, flags, 0o666))
    assert main(["key", str(tmp_path / "a.key")]) == 0
    assert "keep it in a folder only you can open" in capsys.readouterr().err


DAMAGE: dict[str, Callable[[str], str]] = {
    "another digit": lambda text: text.replace("00", "01", 1),
    "cut off": lambda text: text[:-3],
    "empty": lambda text: "",
    "twice": lambda text: text * 2,
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_key_is_no_key(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "a.key"
    path.write_text(DAMAGE[damage](KEY_TEXT), encoding="ascii")
    with pytest.raises(argparse.ArgumentTypeError, match="Use the copy you keep"):
        key_in(str(path))


def test_a_key_may_be_kept_with_the_line_ends_and_mark_of_windows(tmp_path: Path) -> None:
    path = tmp_path / "a.key"
    path.write_bytes(codecs.BOM_UTF8 + KEY_TEXT.replace("\n", "\r\n").encode() + b"\r\n")
    assert key_in(str(path)) == KEY


@given(st.sets(numbers, min_size=30, max_size=60), st.binary(min_size=32, max_size=32))
def test_no_pseudonym_is_taken_for_an_identifier(people: set[str], secret: bytes) -> None:
    assert hits(sorted(pseudonym(secret, digits) for digits in people), "key") == {}
