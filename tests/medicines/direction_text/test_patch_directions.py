"""Patches take the product's wear time only where the directions leave it open, and say nothing else."""

import pytest

from medicines import dose

FENTANYL = "Fentanyl 25micrograms/hour transdermal patches"  # 60 mg a day, worn for 72 hours
BUTEC = "Butec 10micrograms/hour transdermal patches"  # 24 mg a day, worn for 7 days

NO_DOSE = """
0 patches
no patch
nil
do not use
patch not to be used
not to be issued
as directed. Patient not using
hospital only
remove patch
wrong strength
half
half a patch as directed
quarter patch
apply 1/2
1.5 patches as directed
2-3 patches
1-2 as directed
one or two patches as directed
apply nine
24 hours
72-96 hours
one every few days
every 72-96 hours
apply two 50mcg patches
apply one 100mcg patch
50 mcg/hr
2 x 12mcg patches as directed
apply 2 weekly
apply one to each arm
1 patch each side
one patch on both shoulders
apply one patch to left leg and one to right leg
apply one patch to each arm every 72 hours
one patch to the left arm and right arm every 72 hours
one patch every 72 hours (7 days)
one patch every 72 hours, 7 days
one patch every 72hrs - 7 days
one patch 72 hourly 7/7
one patch every 72 hours (1 week)
one patch every 72 hours, replace after 7 days
for 24 hours every 72 hours
remove after 24 hours. one every 72 hours
"""


@pytest.mark.parametrize("text", NO_DOSE.strip().splitlines())
def test_a_patch_text_that_says_something_else_gives_no_dose(text: str) -> None:
    for quantity, days in ((10, 30), (20, 30), (None, None)):
        line = dose.line(FENTANYL, text, quantity, days)
        assert (line.status, line.ome_mg_per_day, line.flags) == ("unclear", None, ("patches_worn_unclear",))
        assert line.direction.reason


@pytest.mark.parametrize(
    ("product", "text", "quantity", "ome"),
    [
        (FENTANYL, "", 10, 60),
        (FENTANYL, "AS DIRECTED", 20, 120),
        (FENTANYL, "use as directed by the pain clinic", 10, 60),
        (FENTANYL, "as direted", 10, 60),
        (FENTANYL, "MDU", 10, 60),
        (FENTANYL, "apply to clean, dry skin", 10, 60),
        (FENTANYL, "apply one 25mcg/hr patch as directed", None, 60),
        (FENTANYL, "Apply TWO (2) patches as directed", None, 120),
        (FENTANYL, "one patch with 12mcg patch as directed", None, 60),
        (BUTEC, "one patch as directed", 4, 24),
    ],
)
def test_a_patch_text_that_leaves_it_open_takes_the_wear_time_of_the_product(
    product: str, text: str, quantity: int | None, ome: int
) -> None:
    line = dose.line(product, text, quantity, 30 if quantity else None)
    assert (line.ome_mg_per_day, "wear_time_assumed" in line.flags) == (ome, True)


@pytest.mark.parametrize(
    "text",
    [
        "apply every 3 days (72 hours)", "one patch every 72 hours (3 days)", "every 72 hours for 28 days",
        "one every 72 hours (30 days)", "one patch every 72 hours, avoid same site for 7 days",
        "one patch every 72 hours to alternate arms",
    ],
)  # fmt: skip
def test_a_second_period_that_is_no_other_wear_time_leaves_the_first(text: str) -> None:
    line = dose.line(FENTANYL, text, None, None)
    assert (line.ome_mg_per_day, line.direction.patch_interval_hours) == (60, 72)
