"""Text files: their lines, cells and how they end."""
