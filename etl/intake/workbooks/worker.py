"""The child process: reads one workbook after another from its standard input and answers on its output.

A request is a frame of JSON and a frame of bytes, an answer a frame of JSON and, where all is well, one of
Arrow. Nothing it answers is ever run: a reader that was taken over could send no more than wrong words.
"""

from __future__ import annotations

import contextlib
import json
import os
import struct
import sys
from typing import IO, Any

import psutil

MEMORY = 1_000_000_000  # bytes above those of the idle process; 200,000 rows in cells of text take 0.7 GB
LENGTH = struct.Struct(">Q")


def write_frame(stream: IO[bytes], payload: bytes | memoryview) -> None:
    stream.write(LENGTH.pack(len(payload)))
    stream.write(payload)
    stream.flush()


def read_frame(stream: IO[bytes], longest: int) -> bytes:
    """The next frame. Raises EOFError where the other side is gone, or says more than it may."""
    head = stream.read(LENGTH.size)
    length = LENGTH.unpack(head)[0] if len(head) == LENGTH.size else longest + 1
    if length > longest:
        raise EOFError
    payload = stream.read(length)
    if len(payload) != length:
        raise EOFError
    return payload


def main() -> None:
    """Serves until its input ends. A process that ran out of memory is not used again."""
    given, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints is no answer
    _load_libraries()
    _limit_memory()
    _answer(answers, "ready")
    while True:
        try:
            asked = json.loads(read_frame(given, 10_000))
            data = read_frame(given, 2**40)
        except EOFError:
            return
        _limit_time(asked["seconds"])
        if not _read(answers, data):
            return


def _load_libraries() -> None:
    """Before the limits and before it is ready, for this belongs to the idle process. Arrow loads pandas
    with its first table, which takes seconds where nothing is compiled yet."""
    import pyarrow as pa

    import etl.intake.workbooks.workbook  # noqa: F401

    pa.table({"first": pa.array(["", None])})


def _read(answers: IO[bytes], data: bytes) -> bool:
    """Answers one request; false where the process had better end."""
    import pyarrow as pa

    from etl.intake.refusal import IdentifierError, RefusedError
    from etl.intake.workbooks.workbook import table

    try:
        found = table(data)
        target = pa.BufferOutputStream()
        with pa.ipc.new_stream(target, found.schema) as stream:
            stream.write_table(found)
    except IdentifierError as error:
        _answer(answers, "identifier", str(error))
    except RefusedError as error:
        _answer(answers, "refused", str(error))
    except (MemoryError, pa.ArrowMemoryError):
        _answer(answers, "memory")
        return False
    except BaseException as error:  # what a library written in another language may raise is no Exception
        _answer(answers, "broken", type(error).__name__)
        return False
    else:
        _answer(answers, "table")
        write_frame(answers, memoryview(target.getvalue()))
    return True


def _answer(answers: IO[bytes], outcome: str, message: str = "") -> None:
    said: dict[str, Any] = {"outcome": outcome, "message": message}
    write_frame(answers, json.dumps(said).encode())


def _limit_memory() -> None:
    """Where the system can, memory is refused before it is used; `reader` watches everywhere."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        used = psutil.Process().memory_info().vms
        resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes no file
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_time(seconds: float) -> None:
    """Ends this process by itself, should the load that watches it have died."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        until = int(used.ru_utime + used.ru_stime + seconds) + 2
        resource.setrlimit(resource.RLIMIT_CPU, (until, resource.getrlimit(resource.RLIMIT_CPU)[1]))


if __name__ == "__main__":
    main()
