"""Checksums of result files: computed when a file is written, compared whenever it is read."""

from __future__ import annotations

import hashlib
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

try:
    from isal.isal_zlib import crc32  # perf: the same CRC-32, six times as fast
except ImportError:
    from zlib import crc32

CHUNK = 1 << 20
"""Bytes read at a time while a file is compared."""
SETTLED = 2 * 10**9
"""Nanoseconds after which a change of a file always changes its time stamp."""
DIGEST_IN_NAME = 32
"""Hexadecimal digits of a SHA-256 digest in a file's name: 128 bits."""


@dataclass(frozen=True, slots=True)
class Checksum:
    """The checksum of a file.

    Attributes:
        size: the size in bytes.
        sha256: SHA-256, 64 hexadecimal digits.
        crc32: CRC-32, which is several times as fast to compare; None if none was recorded.
    """

    size: int
    sha256: str
    crc32: int | None = None

    def matches(self, content: bytes | memoryview, *, thorough: bool = False) -> bool:
        """Return whether the content of a file has this checksum.

        Args:
            content: all bytes of the file.
            thorough: compare SHA-256 even if there is a CRC-32.
        """
        if len(content) != self.size:
            return False
        if self.crc32 is None or thorough:
            return hashlib.sha256(content).hexdigest() == self.sha256
        return crc32(content) == self.crc32


class Signature(NamedTuple):
    """The status of a file in the file system, which changes with every write."""

    device: int
    inode: int
    size: int
    modified: int
    changed: int


_verified: dict[Signature, Checksum] = {}
"""Files that this process has compared, by their status at that time."""


def signature_of(status: os.stat_result) -> Signature:
    """Return the signature in a result of ``stat``."""
    return Signature(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def is_verified(path: Path, expected: Checksum) -> bool:
    """Return whether this process has compared a file that has not changed since.

    Raises:
        OSError: if there is no such file.
    """
    return _verified.get(signature_of(path.stat())) == expected


def verify(path: Path, expected: Checksum, *, thorough: bool = False) -> bool:
    """Return whether a file has its checksum. A process compares each file once, and again after it has changed.

    Args:
        path: the file.
        expected: its checksum.
        thorough: compare SHA-256, even if the file was compared before.

    Raises:
        OSError: if the file cannot be read.
    """
    with path.open("rb", buffering=0) as file:
        before = signature_of(os.fstat(file.fileno()))
        if not thorough and _verified.get(before) == expected:
            return True
        _verified.pop(before, None)
        if before.size != expected.size:
            return False
        if thorough or expected.crc32 is None:
            same = hashlib.file_digest(file, "sha256").hexdigest() == expected.sha256
        else:
            same = _crc32(file) == expected.crc32
        if same and signature_of(os.fstat(file.fileno())) == before and _settled(before):
            _verified[before] = expected
        return same


def _crc32(file: object) -> int:
    found, buffer = 0, memoryview(bytearray(CHUNK))
    while read := file.readinto(buffer):  # type: ignore[attr-defined]
        found = crc32(buffer[:read], found)
    return found


def _settled(found: Signature) -> bool:
    """Return whether a later write would change the signature: time stamps advance in steps of some milliseconds."""
    return time.time_ns() - max(found.modified, found.changed) > SETTLED


def name_with_digest(stem: str, content: bytes | memoryview, ending: str) -> str:
    """Return a file name with the digest of the content, so that one rename commits both."""
    return f"{stem}-{hashlib.sha256(content).hexdigest()[:DIGEST_IN_NAME]}{ending}"


def matches_digest(content: bytes, digest: str) -> bool:
    """Return whether the digest in a file's name is that of its content."""
    return hashlib.sha256(content).hexdigest().startswith(digest)
