"""Who the invented patients are, and what happens to each."""
