"""The access file: each entry gives what it lists and no more; one that is not understood stops with words
for whoever runs the dashboard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reporting.access.listed import LISTED, VIEWS, AccessError, Listed, email, listed
from reporting.access.scope import EDITIONS, Scope

ANN = '"ann@icb.example" = '


def read(folder: Path, text: str) -> Listed:
    path = folder / "access.toml"
    path.write_text(text, encoding="utf-8")
    return listed(path)


@pytest.mark.parametrize(
    ("said", "scope"),
    [
        ('"icb"', Scope("icb", None)),
        ('"data"', Scope("data", None, loads=True)),
        ('"board"', Scope("board", None, edition="published")),
        ('["icb", "data"]', Scope("icb", None, loads=True)),
        ('["data", "icb"]', Scope("icb", None, loads=True)),
        ('{ role = "data", practices = [" a81001"] }', Scope("data", frozenset({"A81001"}), loads=True)),
        ('{ role = "practice", practices = ["A81001"] }', Scope("practice", frozenset({"A81001"}))),
        (
            '{ role = ["practice", "data"], practices = ["A81001", "B1"] }',
            Scope("practice", frozenset({"A81001", "B1"}), loads=True),
        ),
    ],
)
@pytest.mark.parametrize("part", ["people", "domains", "groups"])
def test_an_entry_says_what_somebody_sees_and_loads(
    tmp_path: Path, said: str, scope: Scope, part: str
) -> None:
    name = {"people": "Ann@ICB.example", "domains": "ICB.example", "groups": "Stewards"}[part]
    found = read(tmp_path, f'[{part}]\n"{name}" = {said}\n')
    assert found.scope({"email": " ann@icb.EXAMPLE", "groups": ["Stewards"]}) == scope
    assert found.scope({"email": "bob@sub.icb.example", "groups": ["stewards"]}) is None


@pytest.mark.parametrize(
    "said",
    [
        "[]",
        "7",
        '""',
        '"ICB"',
        '["icb", "board"]',
        '["icb", "practice"]',
        '["icb", "icb"]',
        '"practice"',
        '["practice", "data"]',
        '{ role = "practice" }',
        '{ role = "practice", practices = [] }',
        '{ role = "data", practices = "A81001" }',
        '{ role = "data", practices = [""] }',
        '{ role = "data", practices = [7] }',
        '{ role = "data", practice = ["A81001"] }',
        '{ role = "icb", practices = ["A81001"] }',
        '{ role = "board", practices = ["A81001"] }',
        '{ role = ["icb", "data"], practices = ["A81001"] }',
        '{ practices = ["A81001"] }',
    ],
)
def test_an_entry_that_is_not_understood_is_an_error_that_names_it(tmp_path: Path, said: str) -> None:
    with pytest.raises(AccessError, match=r"access\.toml: \[people\] ann@icb\.example"):
        read(tmp_path, f"[people]\n{ANN}{said}\n")


@pytest.mark.parametrize(
    "text",
    [
        "[people",
        "[peoples]\n",
        "people = 3\n",
        f'[people]\n{ANN}"icb"\n"Ann@ICB.example" = "board"\n',
        '[people]\n"ann" = "icb"\n',
        '[people]\n"anñ@icb.example" = "icb"\n',
        '[domains]\n"@icb.example" = "icb"\n',
        '[domains]\n"" = "icb"\n',
        '[groups]\n" " = "icb"\n',
        "group_claim = 3\n",
        'group_claim = " "\n',
        "verified_email = true\n",
        'verified_email = "sometimes"\n',
    ],
)
def test_a_file_that_is_not_understood_is_an_error(tmp_path: Path, text: str) -> None:
    with pytest.raises(AccessError, match=r"access\.toml"):
        read(tmp_path, text)


def test_bytes_that_are_no_text_and_a_folder_in_its_place_are_errors(tmp_path: Path) -> None:
    (tmp_path / "access.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(AccessError):
        listed(tmp_path / "access.toml")
    with pytest.raises(AccessError):
        listed(tmp_path)


def test_a_file_that_is_not_there_lists_nobody(tmp_path: Path) -> None:
    assert listed(tmp_path / "none.toml") == Listed()


def test_the_committed_list_names_nobody() -> None:
    assert listed() == Listed()


def test_the_example_holds_every_role_and_form() -> None:
    example = listed(LISTED.with_name("access.example.toml"))
    scopes = [*example.people.values(), *example.domains.values(), *example.groups.values()]
    assert (
        {scope.role for scope in scopes} == {*VIEWS} and example.people and example.domains and example.groups
    )
    assert {scope.loads for scope in scopes if scope.role == "practice"} == {True, False}


BOTH = Listed(
    people={"ann@icb.example": Scope.icb()},
    domains={"icb.example": Scope("board", None, edition="published")},
    groups={"lead": Scope("practice", frozenset({"A"})), "second": Scope("practice", frozenset({"B"}))},
)


@pytest.mark.parametrize(
    ("user", "role"),
    [
        ({"email": "ann@icb.example", "groups": ["lead", "second"]}, "icb"),
        ({"email": "bob@icb.example", "groups": ["lead"]}, "practice"),
        ({"email": "bob@icb.example", "groups": "lead"}, "practice"),
        ({"email": "bob@icb.example", "groups": [3, None, ["lead"]]}, "board"),
        ({"email": "bob@icb.example", "groups": {"lead": 1}}, "board"),
        ({"email": "bob@icb.example", "_claim_names": {"groups": "src1"}}, "board"),
        ({"email": "bob@icb.example.org"}, None),
        ({"email": "bob@else.example", "groups": []}, None),
        ({"groups": ["lead"]}, None),
    ],
)
def test_the_address_counts_before_the_group_and_the_group_before_the_domain(
    user: dict[str, Any], role: str | None
) -> None:
    found = BOTH.scope(user)
    assert (None if found is None else found.role) == role


def test_groups_whose_entries_differ_give_nothing_and_the_log_names_them() -> None:
    with pytest.raises(AccessError, match="lead, second"):
        BOTH.scope({"email": "bob@icb.example", "groups": ["second", "lead"]})


@pytest.mark.parametrize(
    "said", [None, 3, "", "ann", "@icb.example", "ann@", "a@b@c", "ann@icb,x", "K\u212a@icb.example", "a b@c"]
)
def test_what_is_no_plain_address_is_none(said: Any) -> None:
    assert email({"email": said}) is None


def test_each_role_chooses_among_its_own_editions() -> None:
    assert Scope.icb().editions == EDITIONS
    board, practice = Scope("board", None, edition="published"), Scope("practice", frozenset({"A"}))
    assert board.editions == ("published",) and practice.editions == ("internal",)
    for scope, other in ((board, "internal"), (practice, "published")):
        with pytest.raises(PermissionError):
            scope.of(other)  # type: ignore[arg-type]
