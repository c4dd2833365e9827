"""The published edition: what ties its counts, by the predicates of the measures, and what is withheld."""
