"""Protocol buffers, as far as vector tiles need them: https://protobuf.dev/programming-guides/encoding/."""

import struct
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

_BYTES = 5  # of the longest 32-bit number


def varint(number: int) -> bytes:
    """A whole number that is not negative, seven bits a byte."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def packed(numbers: NDArray[np.uint32], counts: NDArray[np.int64]) -> list[bytes]:
    """The numbers of each group, one after the other as varints.

    Args:
        numbers: of all groups.
        counts: how many of them belong to each group, in order.

    """
    wide = numbers.astype(np.uint64)[:, None] >> np.arange(0, 7 * _BYTES, 7, dtype=np.uint64)
    lengths = np.maximum(1, (wide > 0).sum(axis=1))
    place = np.arange(_BYTES)
    digits = (wide & np.uint64(0x7F)).astype(np.uint8)
    digits[place < lengths[:, None] - 1] |= 0x80
    text = digits[place < lengths[:, None]].tobytes()
    total = np.concatenate([[0], np.cumsum(lengths)])
    ends = total[np.concatenate([[0], np.cumsum(counts)])].tolist()
    return [text[start:end] for start, end in pairwise(ends)]


def field(tag: int, content: bytes) -> bytes:
    """A field of bytes, text or an embedded message; the tag holds the number and wire type 2."""
    return bytes([tag]) + varint(len(content)) + content


def value(found: str | bool | int | float) -> bytes:
    """A value of an attribute as the specification's message Value."""
    match found:
        case str():
            return field(0x0A, found.encode())
        case bool():
            return b"\x38" + varint(int(found))
        case int() if found >= 0:
            return b"\x28" + varint(found)
        case int():
            return b"\x30" + varint(-2 * found - 1)
        case float():
            return b"\x19" + struct.pack("<d", found)
