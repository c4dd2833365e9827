"""Files whose rows are of several practices, though no column that is read says of which."""

from __future__ import annotations

from etl.contract import entities
from etl.intake.privacy.shown_names import shown_heading
from etl.intake.privacy.staff import names_practices
from etl.intake.refusal import RefusedError
from etl.intake.report.match import Match
from etl.intake.search import Searched


def check_one_practice(searched: Searched) -> None:
    """Raises RefusedError where a column that is not read names several practices, and none that is read says
    whose each row is: all would be taken for the practice of the file's name."""
    found = searched.found
    if entities()[found.entity].extract == "area" or "practice_code" in found.targets:
        return
    for header, column in zip(_not_read(found), searched.cells.columns, strict=True):
        if names_practices(header) and (n := len(set(filter(None, column.distinct())))) > 1:
            raise RefusedError(
                f"its column {shown_heading(header)} names {n} practices, but no column holds their codes. "
                "Add the ODS code to the report, or send a file a practice."
            )


def _not_read(found: Match) -> list[str]:
    """The headings of a file, that of a column which is read as ""."""
    return ["" if target else header for header, target in zip(found.headers, found.targets, strict=True)]
