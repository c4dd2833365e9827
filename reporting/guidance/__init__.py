"""What pages, slides and reports say beside their figures: reviewed links, and words that protect people."""
