"""python -m etl.docs [--check]: write the generated documents, or say which are stale (exit 1)."""

from __future__ import annotations

import argparse
import sys

from etl.docs import pages, stale, write


def main(argv: list[str] | None = None) -> int:
    """Write every generated document; with --check only name the stale ones."""
    parser = argparse.ArgumentParser(prog="python -m etl.docs", description="Write the generated documents.")
    parser.add_argument("--check", action="store_true", help="only say which are stale")
    if parser.parse_args(argv).check:
        found = stale()
        for path in found:
            print(f"{path} is stale. Write it again: python -m etl.docs", file=sys.stderr)
        return 1 if found else 0
    write()
    print("\n".join(pages()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
