"""One medicine by two names is one product; every other part of a combination makes it another."""

from __future__ import annotations

import pytest

from medicines import products

SAME = [
    ("MST Continus 60mg tablets", "Morphine 60mg modified-release tablets"),
    ("MST Continus 60mg", "Morph Sulf_Tab 60mg M/R"),
    ("Zomorph 30mg capsules", "morphine sulfate 30mg m/r caps"),
    ("Longtec 20mg tablets", "Oxycodone 20mg modified-release tablets"),
    ("Targinact 20mg/10mg tablets", "Oxycodone 20mg / Naloxone 10mg modified-release tablets"),
    ("Oxyargin 10mg/5mg tablets", "Oxycodone 10mg modified-release tablets (Targinact)"),
    ("Solpadol 30mg/500mg caplets", "Co-codamol 30mg/500mg tablets"),
    ("Solpadol caplets", "Codeine 30mg / Paracetamol 500mg tablets"),
    ("Zapain 30mg/500mg tablets", "Paracetamol 500mg and codeine 30mg tabs"),
    ("Kapake 30mg/500mg tablets", "co-codamol 30mg tabs"),
    ("Tramacet tablets", "Tramadol 37.5mg / Paracetamol 325mg tablets"),
    ("Remedeine forte tablets", "Co-dydramol 30mg/500mg tablets"),
    ("Codasolve 8mg/500mg/30mg tablets", "Solpadeine Plus tablets"),
    ("Diconal tablets", "DIPIPANONE/CYCLIZINE TABS 10MG/30MG"),
    ("BuTrans 10micrograms/hour patches", "BUPRENORPHINE 7 DAY PATCH 10MCG/HR"),
]
DIFFERENT = [
    ("Co-codamol 30mg/500mg tablets", "Codeine 30mg tablets"),
    ("Solpadol tablets", "Codeine 30mg tablets"),
    ("Codeine 30mg (with paracetamol 500mg) tablets", "Codeine 30mg tablets"),
    ("Targinact 20mg/10mg tablets", "Longtec 20mg tablets"),
    ("Oxycodone 20mg tablets (Targinact)", "Oxycodone 20mg tablets (Longtec)"),
    ("Remedeine forte tablets", "DF118 30mg tablets"),
    ("Tramacet tablets", "Tramadol 37.5mg tablets"),
    ("Nurofen Plus tablets", "Solpadeine Max tablets"),
    ("Codasolve 8mg/500mg/30mg tablets", "Co-codamol 8mg/500mg tablets"),
    ("Codeine 30mg / Paracetamol 300mg tablets", "Codeine 30mg / Paracetamol 500mg tablets"),
    ("Suboxone 8mg/2mg tablets", "Subutex 8mg tablets"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_medicine_by_two_names_has_one_identity(one: str, other: str) -> None:
    assert products.read(one).identity == products.read(other).identity


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_another_part_makes_another_product(one: str, other: str) -> None:
    assert products.read(one).identity != products.read(other).identity


@pytest.mark.parametrize(
    ("name", "partners"),
    [
        ("Targinact 20mg/10mg tablets", ("naloxone 10 mg",)),
        ("Co-codamol 60mg/1000mg/5ml oral suspension", ("paracetamol 200 mg/ml",)),
        ("Solpadeine Plus capsules", ("caffeine 30 mg", "paracetamol 500 mg")),
        ("DHC plus tablets", ("paracetamol",)),
        ("Skudexa 75mg/25mg tablets", ("dexketoprofen 25 mg",)),
        ("Zomorph 30mg capsules", ()),
    ],
)
def test_the_other_parts_are_told_with_their_strength(name: str, partners: tuple[str, ...]) -> None:
    assert products.read(name).partners == partners


@pytest.mark.parametrize(
    ("name", "hours"),
    [
        ("Fentanyl 25micrograms/hour transdermal patches", 72),
        ("BuTrans 10micrograms/hour transdermal patches", 168),
        ("BUPRENORPHINE 7 DAY PATCH 10MCG/HR", 168),
        ("Hapoctasin 35micrograms/hour transdermal patches", 72),
        ("Transtec 52.5micrograms/hour transdermal patches", 96),
        ("Buprenorphine 35micrograms/hour transdermal patches", 84),
        ("Buprenorphine 35micrograms/hour four day patches", 96),
        ("Buprenorphine 70mcg/hr patches (72 hour)", 72),
        ("Transtec 35mcg/hr patches, twice weekly", 84),
        ("Hapoctasin 35micrograms/hour 96 hour patches", None),
        ("BuTrans 10micrograms/hour 72 hour patches", None),
        ("Fentanyl 62micrograms/hour transdermal patches", None),
        ("Zomorph 30mg capsules", None),
    ],
)
def test_a_patch_has_the_wear_time_of_its_name_brand_or_strength(name: str, hours: int | None) -> None:
    assert products.read(name).wear_hours == hours
