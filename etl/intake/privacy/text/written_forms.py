"""Identifiers told by how they are written: postcodes, e-mail addresses, National Insurance numbers and
dates of birth."""

from __future__ import annotations

import re

from etl.intake.privacy.text.disguises import with_digits

POSTCODE = "a postcode"
EMAIL = "an e-mail address"
INSURANCE = "a National Insurance number"
BIRTH = "a date of birth"

_AREAS = (
    "AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN "
    "EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK "
    "ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA "
    "TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE"
)
_BETWEEN = r"[ .,:;/_*'\"~-]{0,3}"
_POSTCODE = re.compile(
    rf"(?<![A-Z0-9])({'|'.join(sorted(_AREAS.split(), key=len, reverse=True))})([0-9](?: ?[0-9A-Z])?)"
    rf"(?:{_BETWEEN}(?=[0-9])|[ _-]?(?=O))([0-9O][ABD-HJLNP-UW-Z]{{2}})(?![A-Z0-9])"
)
_INWARD = re.compile(r"[0-9O][ABD-HJLNP-UW-Z]{2}(?![A-Z0-9])", re.IGNORECASE)
_TYPED_ONE = re.compile(r"(?<=[A-Z][A-Z])[l|](?=[O0-9 ])")  # "LUl 2AB"
_VITAMINS = ("B",)  # "B12 1BD" is a vitamin twice a day
_RELEASES = ("SR", "CR", "PR", "PO", "ML", "TD", "BD", "HS")
_LAST_DISTRICT = {"E": 20, "N": 22, "W": 14, "SR": 9, "CR": 9, "HS": 9}  # E45 is a cream, SR20 a strength
_DOSING = ("BD", "TD", "QD", "HS", "PR", "TB", "TS")
_AT = r"(?: {0,2}@ {0,2}| {0,2}[(\[{] {0,2}at {0,2}[)\]}] {0,2})"
_STOP = r"(?: {0,2}\. {0,2}| {0,2}[(\[{] {0,2}dot {0,2}[)\]}] {0,2}| dot )"
_ENDING = (
    "com|net|org|edu|gov|info|biz|uk|ie|eu|us|fr|de|es|it|nl|pl|in|io|me|scot|wales|cymru|london|nhs|mail|"
    "email|online|live|cloud|app|health|care"
)
_ENDINGS = _ENDING.replace("o", "[o0]")
_EMAIL = re.compile(
    rf"[a-z0-9_%+'-](?:{_AT}[a-z0-9](?:[a-z0-9-]|{_STOP}(?=[a-z0-9])){{0,80}}?{_STOP}"
    rf"| at [a-z0-9-]{{1,60}}(?: dot [a-z0-9-]{{1,60}}){{0,3}} dot )(?:{_ENDINGS})(?![a-z0-9])",
    re.IGNORECASE,
)
_INSURANCE = re.compile(
    rf"(?<![A-Z0-9])(?!BG|GB|NK|KN|TN|NT|ZZ)(?:[A-CEGHJ-PR-TW-Z]{_BETWEEN}[A-CEGHJ-NPR-TW-Z]|QQ)"
    rf"((?:{_BETWEEN}[0-9OIL]){{6}}){_BETWEEN}[A-D](?![A-Z0-9])"
)
_BORN = re.compile(
    r"(?<![a-z0-9])(?:d[ ./_-]{0,2}[o0][ ./_-]{0,2}b|date[ ._-]{0,2}[o0]f[ ._-]{0,2}birth|b[o0]rn|b'?day|"
    r"birth[ ._-]{0,2}da(?:te|y)|(?:year|yr) of birth)"
    r"(?:(?![a-z])|(?=(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6} ?\d))",
    re.IGNORECASE,
)
_MONTHS = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_NTH = r"(?:st|nd|rd|th)?"
_DAY_OF_BIRTH = (
    r"(?:(?:[0-9OoIl][ ./,_-]{0,3}){6,8}|\d{1,2}[ ./_-]{1,3}\d{1,2}[ ./_-]{1,3}\d\d|"
    rf"(?:\d{{1,2}}[^\da-z]{{0,3}}{_NTH}[^\da-z]{{0,4}}(?:of )?)?{_MONTHS}[^\da-z]{{0,4}}"
    rf"(?:\d{{1,2}}{_NTH}[^\da-z]{{1,4}})?[\do]{{2,4}}|(?:19|20)[\do]{{2}})"
)
_AFTER_BORN = re.compile(
    rf"[^\da-z]{{0,10}}(?:[a-z]{{1,12}}[^\da-z]{{1,5}}){{0,3}}?{_DAY_OF_BIRTH}", re.IGNORECASE
)
_BEFORE_BORN = re.compile(rf"{_DAY_OF_BIRTH}[^\da-z]{{0,6}}$", re.IGNORECASE)
_APART = re.compile(r"(?<=\d) (?=\d)")
NEAR = 40  # characters around the word in which its date is looked for


def has_postcode(text: str) -> bool:
    """Whether a plain text holds a full UK postcode: a postal area that exists, inward letters never CIKMOV.

    Source: Royal Mail, Programmers' Guide to the Postcode Address File.
    """
    if not _INWARD.search(text):
        return False
    return any(not _is_dose(hit) for hit in _POSTCODE.finditer(_TYPED_ONE.sub("1", text).upper()))


def _is_dose(hit: re.Match[str]) -> bool:
    area, district, inward = hit[1], re.sub(r"\D", "", hit[2]), hit[3]
    if int(district) > _LAST_DISTRICT.get(area, 99):
        return True
    if area in _VITAMINS and inward.startswith("O"):
        return True
    return area in _VITAMINS + _RELEASES and inward[1:] in _DOSING


def has_email(text: str) -> bool:
    """Whether a plain text holds an e-mail address, its @ and dots perhaps in words."""
    return bool(_EMAIL.search(text))


def has_insurance_number(text: str) -> bool:
    """Whether a plain text holds a National Insurance number: two letters, six digits, A to D.

    Source: HMRC, NIM39110. QQ, which is never issued, is caught too: it stands in examples and test records.
    """
    return any(len(re.findall(r"\d", hit[1])) >= 3 for hit in _INSURANCE.finditer(text.upper()))


def has_birth_date(text: str) -> bool:
    """Whether a plain text holds a date, or a year, near a word for birth."""
    for word in _BORN.finditer(text):
        after = with_digits(text[word.end() : word.end() + NEAR])
        before = with_digits(text[max(0, word.start() - NEAR) : word.start()])
        if any(_AFTER_BORN.match(part) for part in (after, _APART.sub("", after))):
            return True
        if _BEFORE_BORN.search(before):
            return True
    return False
