"""What must not come in. Texts are judged in `text`, columns in `columns`, a whole file in `gate`, parts of a
workbook in `workbook`, names of files in `shown_names`. Findings say column, row, kind; never the value."""
