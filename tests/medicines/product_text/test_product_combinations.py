"""A combination with a part that nobody knows is not read, whatever stands beside it in whatever style."""

from __future__ import annotations

from itertools import product as every

import pytest

from medicines import products

UNKNOWN = ["Xyzol", "Oxicodon", "Tilidine", "Butalbital"]  # the second is two slips from oxycodone
PARTNERS = {
    "Paracetamol": "500mg", "Naloxone": "5mg", "Ibuprofen": "200mg", "Nefopam": "30mg",
    "Pregabalin": "75mg", "Gabapentin": "300mg", "Diazepam": "5mg", "Zopiclone": "7.5mg",
}  # fmt: skip
JOINED = [
    "/",
    " / ",
    "+",
    " + ",
    " & ",
    " and ",
    " with ",
    " plus ",
    ", ",
    "-",
    " - ",
    "; ",
    " ",
    "_",
    " | ",
    ". ",
]
ENDS = ["", " tablets", " m/r tabs", "_Tab", " caps (Any Maker Ltd)", " oral solution"]


@pytest.mark.parametrize("unknown", UNKNOWN)
@pytest.mark.parametrize("partner", PARTNERS)
def test_an_unknown_part_beside_a_known_one_is_never_the_known_one_alone(unknown: str, partner: str) -> None:
    mg = PARTNERS[partner]
    for sign, end in every(JOINED, ENDS):
        for text in (
            f"{unknown} 30mg{sign}{partner} {mg}{end}",
            f"{partner} {mg}{sign}{unknown} 30mg{end}",
            f"{unknown}{sign}{partner} 30mg/{mg}{end}",
            f"{partner}{sign}{unknown} {mg}/30mg{end}",
            f"{unknown}{sign}{partner}{end}",
            f"{unknown} ({partner} {mg}){end}",
            f"{partner} {mg} (with {unknown} 30mg){end}",
        ):
            read = products.read(text)
            assert (read.status, read.ome_per_unit, read.ddd_per_unit) == ("unmapped", None, None), text


@pytest.mark.parametrize("partner", PARTNERS)
@pytest.mark.parametrize("amounts", ["500mg/30mg", "500/30mg", "500mg + 30mg", "500mg/30mg/65mg"])
def test_more_amounts_than_medicines_hide_another_medicine(partner: str, amounts: str) -> None:
    read = products.read(f"{partner} {amounts} tablets")
    assert (read.class_, read.status) == ("unmapped", "unmapped")


@pytest.mark.parametrize(
    ("text", "ingredient", "ome", "partners"),
    [
        ("Oxycodone HCl/NaloxoneHCl_Tab 20/10mgM/R", "oxycodone", 30, ("naloxone 10 mg",)),
        ("Oxycodone HCl+Naloxone HCl M/R tabs 20mg+10mg", "oxycodone", 30, ("naloxone 10 mg",)),
        ("Solpadol_Capl 30mg/500mg", "codeine", 3, ("paracetamol 500 mg",)),
        ("CODIPAR caplets", "codeine", 1.5, ("paracetamol 500 mg",)),
        ("Remedeine Fte", "dihydrocodeine", 3, ("paracetamol 500 mg",)),
        ("Codeine PhosphateTabs 30mg", "codeine", 3, ()),
        ("Codeine Phos_Tab 30mg", "codeine", 3, ()),
        ("Morphine Sulf_OralSoln 10mg/5ml", "morphine", 2, ()),
        ("Tramadol HCl_Cap 50mg (Any Maker 3M Ltd)", "tramadol", 5, ()),
        ("Morphine 10mgM/R tablets", "morphine", 10, ()),
        ("Zomorph 10mgcapsules", "morphine", 10, ()),
        ("Palexia 75mg FC tabs", "tapentadol", 30, ()),
        ("Actimorph 30mg ODT", "morphine", 30, ()),
        ("Targinact 40/20", "oxycodone", 60, ("naloxone 20 mg",)),
        ("Zomorph 30mg modified-release capsules Ethypharm", "morphine", 30, ()),
        ("Codeine 30mg (with paracetamol 500mg) tablets", "codeine", 3, ("paracetamol 500 mg",)),
    ],
)
def test_what_is_plain_is_read(text: str, ingredient: str, ome: float, partners: tuple[str, ...]) -> None:
    read = products.read(text)
    assert (read.ingredient, read.status, read.partners) == (ingredient, "converted", partners)
    assert float(read.ome_per_unit or 0) == ome


@pytest.mark.parametrize(
    "text",
    [
        "Morphine 30ng tablets", "Morphine 30gm tablets", "Methadone 10g/ml oral solution",
        "Temgesic 200mg tablets", "Alprazolam 250mg tablets", "Fentanyl 400mg lozenges",
        "Loperamide 2g capsules", "Gabapentin 300g capsules", "Codeine 15mg/5l linctus",
        "Oramorph 10mg/l oral solution", "Morphine 3Omg tablets", "Morphine l0mg tablets",
        "Oxycodone Smg capsules", "Co-codamol 3O/500", "Co-codamol 30/S00", "MXL Mg 120 capsules l20mg",
        "Tramadol X1 100mg tablets", "Fentanyl 25mcg/day patches", "Zydol 5R 100mg tablets",
        "Palladone SF 8mg capsules", "Zimovane SL 3.75mg tablets", "Oramorph 10mg/5ml liquid S/C",
        "Oxycodone 5mg/naloxone 10mg tablets", "Oxycodone 20mg/naloxone 0mg tablets",
        "Targinact 20mg/5mg tablets", "Oxycodone 20mg/naloxone 20mg tablets",
        "Codeine 30mg/paracetamol 50mg tablets", "Paracetamol 750mg and codeine 30mg tablets",
        "Palladone HR 4mg capsules", "Palladone OR 4mg capsules", "Zydol OR_Tab 150mg",
        "Remedeine Foree tablets", "Remedeine For tablets", "Buprenorphine 10mcg/hr satchet",
        "Fentanyl 25mcg/hr sachets", "Fentanyl 25 micrograms/hour satch",
        "Pr egabalin 75mg capsules", "Pen tazocine 50mg capsules", "Morphine 10mg tablets m/l",
        "Pregabalin 50mr capsules", "Tramadol 50mr capsules", "Methadone 5ug tablets",
        "Diazepam 5mcg tablets", "OxyNorm 5mg/5vl liquid",
        "Clonazepam 3ug/5ml oral suspension", "Clobazam 5mg/5ml oral suspen sion",
        "Co-codamol 30/500 cap lets",
        "Pethidine 100ml suppositories", "Buprenorphine 2ml sublingual tablets", "Dromadol VL 300mg tablets",
        "Nurofen PPlus tablets", "Cuprrofen Plus tablets", "Longtec 5mg/5ml oral solution",
    ],
)  # fmt: skip
def test_a_slip_in_unit_digit_route_or_release_takes_the_dose_away(text: str) -> None:
    read = products.read(text)
    assert (read.status, read.ome_per_unit, read.ddd_per_unit) == ("unmapped", None, None)


@pytest.mark.parametrize(
    ("text", "form", "strength"),
    [
        ("Prenoxad 1mg/ml solution for injection 2ml pre-filled syringes", "injection", 1),
        ("Naloxone 400micrograms/1ml solution for injection ampoules", "injection", 0.4),
        ("Nyxoid 1.8mg/0.1ml nasal spray unit dose", "nasal", 18),
        ("Naloxone 1.8mg/0.1ml nasal spray unit dose", "nasal", 18),
        ("Ventizolve 1.26mg/0.1ml nasal spray", "nasal", 12.6),
    ],
)
def test_naloxone_alone_is_told_by_form_and_strength(text: str, form: str, strength: float) -> None:
    read = products.read(text)
    assert (read.class_, read.ingredient, read.partners) == ("not_opioid_analgesic", "naloxone", ())
    assert (read.form, read.strength, read.status, read.ome_per_unit) == (form, strength, "none", 0)


@pytest.mark.parametrize(
    "text", ["Suboxone 8mg/2mg sublingual tablets", "Targinact 10mg/5mg tablets", "Naloxone/Xyzol 5mg/10mg"]
)
def test_naloxone_in_a_combination_is_not_naloxone_alone(text: str) -> None:
    assert products.read(text).ingredient != "naloxone"
