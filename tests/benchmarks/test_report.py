"""A benchmark replaces its own section of the report and leaves the others as they are."""

from benchmarks.report import OPENING, with_section


def test_a_section_is_added_below_what_is_there() -> None:
    first = with_section("", "Pages", "| a |")
    assert first == f"{OPENING}\n## Pages\n\n| a |\n"
    assert with_section(first, "Build", "| b |") == f"{first}\n## Build\n\n| b |\n"


def test_a_section_made_again_replaces_only_itself() -> None:
    both = with_section(with_section("", "Pages", "| old |"), "Build", "| b |")
    again = with_section(both, "Pages", "| new |")
    assert "| old |" not in again
    assert again.count("## Pages") == again.count("## Build") == 1
    assert "| b |" in again
    assert again.startswith(OPENING)
