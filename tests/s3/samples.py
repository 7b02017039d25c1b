"""What every client is tried with."""

import hashlib

MIB = 1024 * 1024
SIZES = [0, 1, 5 * MIB - 1, 5 * MIB, 5 * MIB + 1]
LARGE = 100 * MIB
ODD_KEYS = [
    "plain",
    "with space",
    "plus+plus",
    "percent%25%",
    "ümläut/日本語/🎉",
    "trailing/",
    "double//slash",
    "dots/../and/./dots",
    "quote'\"&<>",
    "semi;colon?question=1#hash",
    "x" * 1024,
]
LEADING_SLASH = "/leading"


def content(size, seed=b"seed"):
    """The same bytes for the same size: no piece of them repeats soon."""
    block = b"".join(hashlib.sha256(seed + bytes([number])).digest() for number in range(251))
    return (block * (size // len(block) + 1))[:size]
