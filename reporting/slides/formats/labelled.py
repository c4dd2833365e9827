"""What a picture says of itself: words in a PNG, without touching a pixel."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping

SIGNATURE = b"\x89PNG\r\n\x1a\n"
HEADER_END = len(SIGNATURE) + 8 + 13 + 4  # IHDR, always first: length and type, 13 bytes, checksum


def labelled(png: bytes, words: Mapping[str, str]) -> bytes:
    """The PNG with an iTXt chunk for each keyword (“Title”, “Description”) after its header.

    Raises ValueError for what is no PNG. Rule: PNG specification, third edition, 11.3.3.4.
    """
    if not png.startswith(SIGNATURE) or png[12:16] != b"IHDR":
        raise ValueError("labelled: the picture is no PNG.")
    return png[:HEADER_END] + b"".join(_chunk(*pair) for pair in words.items()) + png[HEADER_END:]


def _chunk(keyword: str, text: str) -> bytes:
    body = keyword.encode("latin-1") + b"\0\0\0\0\0" + text.encode("utf-8")
    return struct.pack(">I", len(body)) + b"iTXt" + body + struct.pack(">I", zlib.crc32(b"iTXt" + body))
