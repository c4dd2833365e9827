"""Reference vectors are read where they lie beside the project; elsewhere their module has nothing to run."""

from pathlib import Path

SHARED = Path(__file__).resolve().parents[4] / "shared"
collect_ignore = [] if SHARED.exists() else ["test_vectors.py"]
