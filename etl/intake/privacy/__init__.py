"""What must not come in. Texts are judged in `kinds`, columns in `columns`, a whole file in `gate`, the parts
of a workbook in `workbook`, names of files in `names`. Findings say column, row and kind, never the value."""
