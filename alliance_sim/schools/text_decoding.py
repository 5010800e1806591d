"""Detect the encoding of a list and decode its lines.

A list that was edited in two programs has lines in two encodings, so a file that is not valid UTF-8 is decoded line by
line. Text that is not UTF-8 is Windows' cp1252, unless another encoding gives words where cp1252 gives none.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from alliance_sim.schools.errors import SchoolListError, first_few

SAVE_AS = 'save it as "CSV UTF-8 (comma delimited)" and give that file'
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
OTHER_ENCODINGS = {"mac_roman": "Mac Roman", "cp850": "MS-DOS (cp850)"}
"""Encodings that Excel writes as "CSV (Macintosh)" and "CSV (MS-DOS)"; every byte is valid in them."""

SEQUENCE = re.compile(rb"[\xc2-\xc5][\x80-\xbf]|[\xe1\xe2][\x80-\xbf]{2}")
"""A letter or mark in UTF-8; cp1252 text practically never has these bytes side by side."""

LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
WORD = re.compile(r"[^\W\d_]+")
COMMON = frozenset("àâäáãåæçèéêëìíîïñòóôöõøœùúûüýÿßāēīōūŵŷšž’‘“”–—…£€°·ºª§©®½\N{NO-BREAK SPACE}")
"""Letters of Western European names, in lower case, and usual signs."""


@dataclass(frozen=True)
class Text:
    """The decoded text of a file.

    Attributes:
        data: its bytes.
        encoding: its encoding, for the report.
        codec: the codec that decodes it; empty where it is decoded line by line.
        remarks: what was done about bytes that do not fit, in sentences without an end.
    """

    data: bytes
    encoding: str
    codec: str
    remarks: tuple[str, ...] = ()

    def lines(self) -> Iterator[str]:
        """Return the lines with their ends (Windows, Unix or classic Mac OS)."""
        if self.codec:
            return iter(io.TextIOWrapper(io.BytesIO(self.data), encoding=self.codec, newline=""))
        return (decoded_line(found[0]) for found in LINE.finditer(self.data))


def decode(data: bytes, path: object) -> Text:
    """Return the text of a file.

    Args:
        data: the bytes.
        path: the file, for messages.

    Raises:
        SchoolListError: if it is not text.
    """
    data = data.removesuffix(b"\x1a")  # the end of a file of MS-DOS
    for mark, codec in BYTE_ORDER_MARKS:
        if data.startswith(mark) and codec != "utf-8-sig":
            return _wide(data, codec, path)
    if codec := _unmarked_wide(data):
        return _wide(data, codec, path)
    if (nul := data.find(b"\0")) >= 0:
        line = data.count(b"\n", 0, nul) + 1
        raise SchoolListError(path, f"this is not text (it holds a NUL byte), so not a CSV file; {SAVE_AS}", line)
    if is_valid(data, "utf-8"):
        codec = "utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-8"
        return Text(data, codec, codec)
    if SEQUENCE.search(data):
        return _mixed(data, path)
    return _eight_bits(data, path)


def is_valid(data: bytes, codec: str) -> bool:
    """Return whether bytes can be decoded; piece by piece, so that a large file is not held twice."""
    decoder = codecs.getincrementaldecoder(codec)()
    view = memoryview(data)
    try:
        for start in range(0, len(data), 2**20):
            decoder.decode(view[start : start + 2**20])
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _unmarked_wide(data: bytes) -> str:
    """Return the codec of UTF-16 without a byte-order mark: every other byte of most of its characters is zero."""
    head = data[:2000]
    if len(head) < 4 or head.count(0) < 0.3 * len(head):
        return ""
    return "utf-16-le" if head[1::2].count(0) > head[0::2].count(0) else "utf-16-be"


def _wide(data: bytes, codec: str, path: object) -> Text:
    shown = "UTF-32" if codec == "utf-32" else "UTF-16"
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        trouble = f"this begins as text in {shown} and cannot be read as such to its end; {SAVE_AS}"
        raise SchoolListError(path, trouble) from None
    if "\0" in text:
        raise SchoolListError(path, f"this is not text (it holds a NUL character), so not a CSV file; {SAVE_AS}")
    return Text(text.removeprefix("\ufeff").encode("utf-8", "replace"), shown, "utf-8")


def _mixed(data: bytes, path: object) -> Text:
    """Return text that is mostly UTF-8 and has lines in cp1252."""
    wrong = [at for at, line in enumerate(LINE.finditer(data), start=1) if not is_valid(line[0], "utf-8")]
    _refuse_unknown_bytes(SEQUENCE.sub(lambda found: b"x" * len(found[0]), data), path)
    lines = f"line{'s' * (len(wrong) > 1)} {first_few([str(at) for at in wrong])}"
    remark = f"the file is UTF-8, but not on {lines}; what is not UTF-8 there was read as Windows text (cp1252)"
    data = data.removeprefix(codecs.BOM_UTF8)
    return Text(data, "utf-8 and cp1252", "", (remark,))


def decoded_line(line: bytes) -> str:
    """Decode a line of a file in two encodings: what is UTF-8 as UTF-8, other bytes as cp1252."""
    if line.isascii():
        return line.decode("ascii")
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        pieces: list[str] = []
        start = 0
        for found in SEQUENCE.finditer(line):
            pieces += line[start : found.start()].decode("cp1252"), found[0].decode("utf-8", "replace")
            start = found.end()
        return "".join([*pieces, line[start:].decode("cp1252")])


DASH_IN_WORD = re.compile(r"(?<=[a-z])[–—](?=[a-z])")


def _eight_bits(data: bytes, path: object) -> Text:
    """Return text with one byte a character: cp1252, or another encoding in which more words are usual ones."""
    sample = b"\n".join(line[0] for line in LINE.finditer(data) if not line[0].isascii())[: 2**20]
    text = sample.decode("cp1252", "replace")
    # Old Macintoshes end lines with a carriage return alone; what cp1252 shows as a dash is their ñ or ó.
    worst = unusual(text) + (len(DASH_IN_WORD.findall(text)) if b"\n" not in data else 0)
    best = min(OTHER_ENCODINGS, key=lambda codec: _implausibility(sample.decode(codec)))
    if worst and unusual(sample.decode(best), in_words=True) * 4 <= worst:
        name = OTHER_ENCODINGS[best]
        return Text(data, name, best, (f"the file was read as {name} text; save it as UTF-8 if a name looks wrong",))
    _refuse_unknown_bytes(data, path)
    return Text(data, "cp1252", "cp1252")


def _implausibility(text: str) -> tuple[int, int]:
    """Return the sort key of a decoding: unusual characters, then words that begin with a small accented letter."""
    return unusual(text, in_words=True), len(re.findall(r"\b[^\W\d_a-zA-Z](?<=[^A-ZÀ-ÞŠŽŒŸ])(?=[a-z])", text))


def unusual(text: str, *, in_words: bool = False) -> int:
    """Return the number of characters that are not usual in names, or capitals after a small letter.

    Args:
        text: the text.
        in_words: count letters outside words of three or more letters as well.
    """
    short = (
        {at for found in WORD.finditer(text) if len(found[0]) < 3 for at in range(*found.span())} if in_words else ()
    )
    count = 0
    for at, (before, letter, after) in enumerate(zip(f" {text}", text, f"{text[1:]} ", strict=False)):
        if letter.isascii():
            continue
        usual = letter.lower() in COMMON and at not in short
        if letter.isalpha():
            usual = usual and not (letter.isupper() and (before.islower() or (before.isalpha() and after.islower())))
            usual = usual and not (letter.islower() and before.isupper() and after.isupper())
        else:
            usual = usual and (letter in "’‘“”–—" or not after.isalpha())
        count += not usual
    return count


def _refuse_unknown_bytes(data: bytes, path: object) -> None:
    try:
        data.decode("cp1252")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = f"0x{data[error.start]:02x}"
        trouble = f"byte {byte} is neither UTF-8 nor Windows text (cp1252), so this is no CSV file; {SAVE_AS}"
        raise SchoolListError(path, trouble, line) from None
