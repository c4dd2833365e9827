"""Identifiers made up at random, so that what is caught does not hang on a few examples."""

from __future__ import annotations

import random
from collections.abc import Callable

from nhs_number import calculate_checksum

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
OUTWARD = (
    "LU",
    "MK",
    "B",
    "M",
    "SW",
    "EC",
    "PR",
    "BB",
    "LA",
    "FY",
    "SG",
    "YO",
    "EH",
    "CF",
    "BT",
    "N",
    "E",
    "SE",
)
SURNAMES = (
    "Smith", "Jones", "Patel", "Taylor", "Khan", "Evans", "Walker", "Nowak",
    "Begum", "Hussain", "Murphy", "O'Brien", "Okafor", "Fothergill", "Zywicki",
)  # fmt: skip


def nhs_number(chance: random.Random) -> str:
    while True:
        nine = str(chance.randint(400_000_000, 499_999_999))
        if (check := calculate_checksum(nine)) != 10:
            return f"{nine[:3]} {nine[3:6]} {nine[6:]}{check}"


def postcode(chance: random.Random) -> str:
    inward = "".join(chance.choice("ABDEFGHJLNPQRSTUWXYZ") for _ in range(2))
    return f"{chance.choice(OUTWARD)}{chance.randint(1, 14)} {chance.randint(0, 9)}{inward}"


def email(chance: random.Random) -> str:
    ending = chance.choice(("com", "net", "co.uk", "org"))
    return f"{chance.choice(('j.smith', 'ann_22', 'bob'))}@example.{ending}"


def telephone(chance: random.Random) -> str:
    forms = (
        "07700 900{0:03d}",
        "01632 960{0:03d}",
        "020 7946 0{0:03d}",
        "+44 7700 900{0:03d}",
        "0121 496 0{0:03d}",
    )
    return chance.choice(forms).format(chance.randint(0, 999))


def birth(chance: random.Random) -> str:
    day, month, year = chance.randint(1, 28), chance.randint(1, 12), chance.randint(1920, 2020)
    forms = (
        "{0:02d}/{1:02d}/{2}",
        "{0}/{1}/{3:02d}",
        "{0} {4} {2}",
        "{2}-{1:02d}-{0:02d}",
        "{4} {0}, {2}",
        "{0:02d}{1:02d}{2}",
    )
    word = chance.choice(("DOB", "D.O.B.", "Date of birth", "born", "dob:"))
    return f"{word} {chance.choice(forms).format(day, month, year, year % 100, MONTHS[month - 1])}"


def insurance(chance: random.Random) -> str:
    pairs = " ".join(f"{chance.randint(10, 99)}" for _ in range(3))
    return (
        f"{chance.choice('ABCEHJLMPRSWYZ')}{chance.choice('ABCEHJLMPRSWXY')} {pairs} {chance.choice('ABCD')}"
    )


def titled(chance: random.Random) -> str:
    title = chance.choice(("Mr", "Mrs", "Ms", "Miss", "Dr"))
    return f"{title} {chance.choice(('', 'J ', 'A. ', 'Ann '))}{chance.choice(SURNAMES)}"


INVENTED: dict[str, Callable[[random.Random], str]] = {
    "NHS number": nhs_number,
    "postcode": postcode,
    "e-mail address": email,
    "telephone number": telephone,
    "date of birth": birth,
    "National Insurance number": insurance,
    "title and name": titled,
}
