"""Tables as HTML: what is missing is blank, whichever way it is missing."""

import numpy as np
import pandas as pd
import pytest

from reporting.ui.tables import table_html


@pytest.mark.parametrize(
    "cells",
    [
        pd.Series([3, None], dtype="Int64"),
        pd.Series([3.0, np.nan]),
        pd.Series(["a", None]),
        pd.Series([pd.Timestamp(2026, 9, 1), pd.NaT]),
    ],
)
def test_a_missing_value_is_a_blank_cell(cells: pd.Series) -> None:
    shown = table_html(pd.DataFrame({"Adults": cells}), "Practices")
    assert shown.count("<tr>") == 3
    assert shown.count('data-of="Adults"></td>') == 1
