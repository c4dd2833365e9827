"""Reference vectors are read where they lie beside the project; elsewhere their module has nothing to run."""

from pathlib import Path

VECTORS = Path(__file__).resolve().parents[4] / "shared" / "vectors"
collect_ignore = [] if VECTORS.exists() else ["test_vectors.py"]
