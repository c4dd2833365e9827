"""What runs the models: DuckDB on this computer, or Apache Spark."""

import re

MEMORY = "3500MB"  # that DuckDB may take where nobody says otherwise
TOKEN = re.compile(r"(?<=token=)[^;&\s'\")]+", re.IGNORECASE)  # of an address of Spark Connect


class EngineError(Exception):
    """An engine that cannot be reached or cannot make a table. The last release stays. No token is told."""

    def __init__(self, words: str) -> None:
        super().__init__(TOKEN.sub("…", words))
