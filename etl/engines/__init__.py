"""What runs the models: DuckDB on this computer, or Apache Spark."""


class EngineError(Exception):
    """An engine that cannot be reached or cannot make a table. The last release stays."""
