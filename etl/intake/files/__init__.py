"""Files handed in: opened, unpacked, and nothing that merely has a file's name."""
