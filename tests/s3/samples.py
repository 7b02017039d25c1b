"""What every client is tried with; samples.json is read by the tests in other languages, too."""

import base64
import functools
import hashlib
import json
import pathlib
import posixpath
import zlib

SAMPLES = json.loads(pathlib.Path(__file__).with_suffix(".json").read_text())
MIB = 1024 * 1024
SIZES = SAMPLES["sizes"]
LARGE = SAMPLES["large"]
ODD_KEYS = SAMPLES["odd_keys"]


def is_path(key):
    """Whether a file can have this name."""
    return key == posixpath.normpath(key) and not key.startswith(("/", "..")) and len(key) < 256


PATHS = [key for key in ODD_KEYS if is_path(key)]
OTHER_KEYS = [key for key in ODD_KEYS if not is_path(key)]


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
