"""What the upload page asks of the intake: load files, publish, try a file, save a layout."""
