"""The dose calculator as a person uses it: typing, adding and removing lines, hostile text, clearing."""

from __future__ import annotations

from html import escape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from medicines import overrides
from tests.pages.conftest import Opened

PAGE = "practice/calculator"


def shown(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def type_line(app: AppTest, line: int, **typed: str) -> AppTest:
    for name, text in typed.items():
        app.text_input(key=f"calculator-{line}-{name}").input(text)
    return app.run()


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception, app.exception
    return app


def test_it_opens_with_an_example_and_says_what_it_is_not_for(opened: Opened) -> None:
    words = shown(opened(PAGE))
    assert "<h1>90 mg OME a day: exactly 90 mg is not above 90 mg</h1>" in words
    assert "2 tablets a day × 30 mg × 1.5 = 90 mg OME a day" in words
    assert "Not for switching from one opioid to another, and not advice on dosing." in words


def test_lines_typed_add_up(opened: Opened) -> None:
    app = press(opened(PAGE), "add-line")
    type_line(app, 1, product="Fentanyl 12mcg/hr patches", directions="change every 72 hours")
    words = shown(app)
    assert "Patch: 12 microgram/h × 2.5 × 1 worn = 30 mg OME a day" in words
    assert '<p class="value">120 mg</p>' in words and "Exactly 120 mg is not above 120 mg." in words


def test_a_line_that_is_not_understood_makes_the_total_partial(opened: Opened) -> None:
    app = press(opened(PAGE), "add-line")
    words = shown(type_line(app, 1, product="Wibble 5mg tablets", directions="1 bd"))
    assert '<p class="value">At least 90 mg</p>' in words
    assert "Left out: line 2, Wibble 5mg tablets (no dose can be told)." in words
    assert "The total is partial" in words and "Not known to be above 90 mg" in words


def test_quantity_and_days_decide_where_directions_are_optional(opened: Opened) -> None:
    app = type_line(
        opened(PAGE), 0, product="Codeine 30mg tablets", directions="1-2 qds prn", quantity="100", days="30"
    )
    assert "100 tablets ÷ 30 days × 30 mg × 0.1 = 10 mg OME a day (by quantity: doses are optional)" in shown(
        app
    )


def test_a_line_can_be_removed_and_the_others_stay(opened: Opened) -> None:
    app = press(press(opened(PAGE), "add-line"), "add-line")
    type_line(app, 1, product="Codeine 30mg tablets", directions="1 bd")
    type_line(app, 2, product="Sevredol 10mg tablets", directions="1 bd")
    press(app, "remove-1")
    assert '<p class="value">110 mg</p>' in shown(app)
    assert [box.value for box in app.text_input if "product" in box.label] == [
        "Oxycodone 30mg modified-release tablets",
        "Sevredol 10mg tablets",
    ]
    assert [box.label for box in app.text_input if "product" in box.label] == [
        "Line 1: product",
        "Line 2: product",
    ]


def test_no_more_than_eight_lines(opened: Opened) -> None:
    app = opened(PAGE)
    for _ in range(7):
        press(app, "add-line")
    assert app.button(key="add-line").disabled
    press(app, "remove-0")
    assert not app.button(key="add-line").disabled


def test_clearing_leaves_one_empty_line_and_a_question(opened: Opened) -> None:
    app = press(press(opened(PAGE), "add-line"), "clear-lines")
    assert [box.value for box in app.text_input] == ["", "", "", ""]
    words = shown(app)
    assert "<h1>What do these medicines come to in oral morphine equivalent?</h1>" in words
    assert "Nothing is typed in this line." in words and "Type a product to see its dose." in words


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "**bold** $x^2$ :red[x] [a](http://x)",
    "'; DROP TABLE practice; --",
    "=HYPERLINK(1)",
    "../../etc/passwd",
    "\u202enoitpircserp",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_it_was_typed(opened: Opened, text: str) -> None:
    app = type_line(opened(PAGE), 0, product=text, directions=text, quantity="1e9", days="-1")
    assert not app.exception
    words = shown(app)
    assert f"Left out: line 1, {escape(text)} (no dose can be told)." in words
    assert "<script>" not in words and "<img src=x" not in words
    assert not [element for element in app.markdown if text in element.value]


def test_nothing_typed_goes_into_the_address(opened: Opened) -> None:
    app = type_line(opened(PAGE), 0, product="Zomorph 10mg capsules", directions="1 bd")
    assert "Zomorph" not in str(dict(app.query_params)) and "calculator" not in str(dict(app.query_params))


def test_lines_are_still_there_after_looking_at_another_page(opened: Opened) -> None:
    app = type_line(opened(PAGE), 0, product="Sevredol 20mg tablets", directions="1 bd")
    app.switch_page("pages/data/definitions.py").run()
    app.switch_page(f"pages/{PAGE}.py").run()
    assert app.text_input(key="calculator-0-product").value == "Sevredol 20mg tablets"
    assert "40 mg OME a day" in shown(app)


def test_another_session_starts_with_the_example(opened: Opened) -> None:
    type_line(opened(PAGE), 0, product="Sevredol 20mg tablets", directions="1 bd")
    assert "Sevredol" not in shown(opened(PAGE))


def test_factors_and_disagreements_are_those_of_the_definitions(opened: Opened) -> None:
    words, definitions = shown(opened(PAGE)), shown(opened("data/definitions"))
    for title in ("OME factors", "Where published factors disagree"):
        table = next(part for part in words.split('<div class="listing">') if f'aria-label="{title}"' in part)
        assert table.split("</table>")[0] in definitions


def test_overrides_act_and_a_faulty_file_is_said(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path, read = tmp_path / "medicine_overrides.csv", overrides.load
    path.write_text(
        "kind,text,reading,reviewed_by,reviewed_on,reason\n"
        "product,own brand m,Morphine 10mg tablets,A Pharmacist,2026-11-12,label seen\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(overrides, "load", lambda: read(path))
    app = type_line(opened(PAGE), 0, product="OWN BRAND M", directions="1 bd", quantity="", days="")
    assert "20 mg OME a day" in shown(app)
    assert "Product read as “Morphine 10mg tablets” by A Pharmacist on 12 Nov 2026: label seen." in shown(app)
    path.write_text("wrong\n", encoding="utf-8")
    words = shown(app.run())
    assert "Overrides are not applied here. medicine_overrides.csv, line 1" in words
    assert "The product is not understood" in words
