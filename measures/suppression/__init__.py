"""The published edition: what ties its counts, read off the predicates of the measures, and what is withheld."""
