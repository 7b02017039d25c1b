"""What every client is tried with."""

import base64
import functools
import hashlib
import zlib

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


@functools.cache
def _table(polynomial):
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (polynomial if byte & 1 else 0)
        table.append(byte)
    return table


@functools.cache
def _crc(polynomial, bits, data):
    table, value = _table(polynomial), (1 << bits) - 1
    for byte in data:
        value = table[(value ^ byte) & 0xFF] ^ value >> 8
    return (value ^ (1 << bits) - 1).to_bytes(bits // 8, "big")


DIGESTS = {
    "CRC32": lambda data: zlib.crc32(data).to_bytes(4, "big"),
    "CRC32C": functools.partial(_crc, 0x82F63B78, 32),
    "CRC64NVME": functools.partial(_crc, 0x9A6C9329AC4BC9B5, 64),
    "SHA1": lambda data: hashlib.sha1(data).digest(),
    "SHA256": lambda data: hashlib.sha256(data).digest(),
}


def checksum(algorithm, data):
    """A checksum as AWS writes it. botocore computes CRC32C and CRC64NVME only with another library."""
    return base64.b64encode(DIGESTS[algorithm](data)).decode()


def summed(algorithm, data):
    """The arguments of an upload with a checksum."""
    return {"ChecksumAlgorithm": algorithm, f"Checksum{algorithm}": checksum(algorithm, data)}
