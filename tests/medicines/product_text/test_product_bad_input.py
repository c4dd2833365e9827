"""Text that no one wrote as a product, and strengths that do not exist: a reason, never a number, at once."""

import time

import pytest

from medicines import products

NOT_TEXT = {
    "nothing": None,
    "empty": "",
    "blank": "   ",
    "control characters": "\x00\x01",
    "an invisible character in a number": "Morphine 10mg\u200b0 tablets",
    "digits of another script": "Morphine ١٠mg tablets",
    "ten megabytes": "morphine 10mg tablets " * 500_000,
    "ten megabytes of digits": "9" * 10_000_000,
    "binary": bytes(range(256)).decode("latin-1"),
    "a failed decoding": "Morphine 10mg\ufffd tablets",
    "SQL": "morphine'; drop table issue; --",
    "HTML": "<script>alert('morphine 10mg tablets')</script>",
    "brackets": "morphine " + "(" * 250,
    "fractions without end": "morphine " + "1/" * 140 + "mg",
    "dashes": "a-" * 149,
    "co co co": "co " * 99,
}
STRENGTHS = [
    "0mg", "0.0mg", "-10mg", "- 10 -10mg", "1000000000mg", "10^9mg", "1e400mg", "1E-3mg", "NaN mg", "nan mg",
    "infinity mg", "9" * 250 + "mg", "9" * 10_000 + "mg", "0." + "0" * 200 + "1mg", "1/0mg", "10mg/0ml",
    "1.000.000mg", "10,5mg", "10=20mg", "10 20mg", "10-20mg", "10m", "10mgg", "mg", "0x10mg", "²mg", "½mg",
]  # fmt: skip


@pytest.mark.parametrize("text", NOT_TEXT.values(), ids=list(NOT_TEXT))
def test_text_that_is_no_product_has_a_reason_and_no_number_with_little_work(text: str | None) -> None:
    begun = time.process_time()
    read = products.read(text)
    assert time.process_time() - begun < 0.2
    assert (read.status, read.ome_per_unit, read.strength) == ("unmapped", None, None)
    assert read.reason


@pytest.mark.parametrize(
    "medicine", ["Morphine {} tablets", "Oramorph {} oral solution", "Co-codamol {} tabs"]
)
@pytest.mark.parametrize("strength", STRENGTHS, ids=lambda strength: strength[:20])
def test_a_strength_that_does_not_exist_is_no_number(medicine: str, strength: str) -> None:
    read = products.read(medicine.format(strength))
    assert (read.status, read.ome_per_unit, read.strength) == ("unmapped", None, None)
    assert read.reason


@pytest.mark.parametrize(
    "text",
    [
        "Palladone 26mg capsules", "Palladone 26mg", "Palladone 10mg", "Paramol 10.500mg",
        "MST Continus 17mg tablets", "Oxycodone 7mg tablets", "Codeine 12mg tablets",
        "Gabapentin 250mg capsules", "Tramadol 5mg capsules",
        "Oramorph 10mg/ml oral solution", "OxyNorm 5mg/ml oral solution", "Oxycodone 50mg/ml oral solution",
        "Morphine 100mg/ml oral solution", "Morphine 10mg-5ml oral solution", "Morphine 10mg/5 oral solution",
        "Transtec 20micrograms/hour patches", "BuTrans 35micrograms/hour patches", "Butec 52.5mcg/h patches",
        "Zomorph 15mg capsules", "MST Continus 20mg tablets", "MXL 10mg capsules", "Sevredol 30mg tablets",
        "Zydol XL 50mg tablets", "DHC Continus 30mg tablets", "Palexia SR 75mg tablets",
        "Matrifen 37.5micrograms/hour patches", "Targinact 10mg/20mg tablets", "Targinact 5/10 tablets",
        "Fentanyl 62micrograms/hour patches",
        "Fentanyl 125micrograms/hour patches", "Solpadol 15mg/500mg tablets", "Tylex 8mg/500mg capsules",
        "Palladone 4mg capsules", "Palladone SR 2.6mg capsules", "Remedeine 30mg/500mg tablets",
        "Abtard 120mg tablets", "Zamadol SR 75mg capsules", "Sevodyne 35micrograms/hour patches",
        "Zomorph 30mg tablets", "Oramorph 10mg tablets", "MXL 60mg tablets", "OxyContin 10mg capsules",
        "MST Continus 10mg capsules", "Palexia SR 50mg capsules",
    ],
)  # fmt: skip
def test_a_strength_that_nobody_makes_is_not_converted(text: str) -> None:
    read = products.read(text)
    assert (read.status, read.ome_per_unit) == ("unmapped", None)
    assert read.reason


@pytest.mark.parametrize(
    "text",
    [
        "MST !5 mg tablets", "MST ! 5mg tablets", "Palexia SR !50mg tablets", "Relevtec £5mcg/h patches",
        "Targinact $0mg/20mg tablets", "targinact $0/20mg", "Transtec 52;5micrograms/hour patches",
        'Transtec 5".5micrograms/hour patches', "Paramol 10//500mg tablets", "Codeine ;5mg/5ml oral solution",
        "Morphine 10--20mg tablets", "targinact 1 0/5 tabs", "Oxycodone HCl/NaloxoneHCl_Tab 2 0/10mg M/R",
        "Fentanyl 25mcg/day patches", "Fentanyl 25mcg day patches", "Fentanyl 25mcgday patches",
        "Fentanyl patches 25,mcg/hr + 12mcg/hr", "Fentanyl patches 25mcg hr + 12mcg/hr",
        "Fentanyl patches 25mcg?hr + 12mcg/hr", "Oxycodone 5mg film,-coated tablets",
        "Oxycodone 5mg film-co ated tablets", "Morph Sulf_Oral, Vl 10mg/5ml", "Morphine 1)mg tablets 20mg",
        "MST 10-mg and 30mg tablets", "Codasolve *mg/500mg/30mg tablets", "Morphine 10[20mg tablets",
        "Morphine ,5mg/5ml oral solution", "Morphine..5mg/5ml oral solution", "Temazepam 2)mg tablets",
    ],
)  # fmt: skip
def test_a_sign_at_a_number_or_a_damaged_word_is_no_other_product(text: str) -> None:
    read = products.read(text)
    assert (read.status, read.ome_per_unit) == ("unmapped", None)
    assert read.reason


@pytest.mark.parametrize("amount", ["10mg/5ml", "10 mg / 5 ml", "10mg in 5mls", "10mg per 5 ml"])
@pytest.mark.parametrize("form", ["oral solution", "solution", "liquid", ""])
def test_ten_mg_in_five_ml_is_two_in_one_however_written(amount: str, form: str) -> None:
    assert products.read(f"Morphine {amount} {form}").strength == 2


INJECTIONS = [
    "Morphine sulfate 30mg/1ml solution for injection ampoules",
    "Morphine sulfate 10mg/10ml solution for infusion",
    "Zamadol 100mg/2ml solution for injection ampoules",
    "OxyNorm 50mg/1ml solution for injection ampoules",
    "Palladone 20mg/1ml solution for injection ampoules",
    "Codeine 60mg/1ml solution for injection ampoules",
    "Morphine sulfate 10mg/1ml suspension for injection vials",
]


@pytest.mark.parametrize("text", INJECTIONS)
def test_an_injection_cut_short_is_no_liquid_to_drink(text: str) -> None:
    for end in range(4, len(text) + 1):
        assert products.read(text[:end]).status != "converted", text[:end]


@pytest.mark.parametrize(
    "text",
    [
        "MST Continus 10mg tablets (STOPPED)", "MST Continus 10mg tablets *DISCONTINUED*",
        "STOPPED MST 10mg tablets", "MST Continus 10mg tablets - on hold", "MST 10mg tablets (STPPED)",
        "MST Continus 10mg tablets [ended 3/24]", "MST Continus 10mg tablets (do not use)",
        "MST 10mg tablets discontnued",
    ],
)  # fmt: skip
def test_a_product_that_is_said_to_be_stopped_has_no_dose(text: str) -> None:
    read = products.read(text)
    assert (read.class_, read.ingredient, read.status, read.ome_per_unit) == (
        "opioid",
        "morphine",
        "unmapped",
        None,
    )


def test_what_is_not_text_is_unmapped() -> None:
    for value in (5, b"morphine 10mg tablets", ["morphine"], 1.5):
        assert products.read(value).status == "unmapped"  # type: ignore[arg-type]
