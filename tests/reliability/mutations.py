"""Seeded mutations of configs, studies, points and lists of schools: bytes, and what they mean."""

from __future__ import annotations

import csv
import io
import math
import random
import tomllib
from collections.abc import Callable
from typing import Any

import tomli_w

from alliance_sim.config import shipped_configs
from alliance_sim.declarations.parameters import CHANGED_BY_EVENTS, LEVELS, PARAMETERS

TOKENS = (
    b"\0", b"\xff", b"\xef\xbb\xbf", b"\r", b"\r\n", b"\n\n", b'"', b"'", b'"""', b"'''", b"[", b"]", b"[[", b"{", b"}",
    b"=", b"==", b".", b",", b";", b"#", b"\\", b"\\u0000", b"\\ud800", b"nan", b"inf", b"-inf", b"1e400", b"-0", b"_",
    b"9" * 400, b"9" * 5000, b"true", b"1979-05-27", b"\xe2\x80\xae", b"\xed\xa0\x80", b"\t", b"..", b"../", b"%s",
    b"=1+1", b"a" * 3000,
)  # fmt: skip
"""What parsers stumble over."""
ODD_VALUES: tuple[Any, ...] = (
    -1, 0, 1, 2, 1e308, -1e308, 1e-320, math.inf, -math.inf, math.nan, 2**31, 2**63, 10**30, True, False, "", " ",
    "baseline", "0.5", "45%", [], [0.1], [0.1, 0.2, 0.3, 0.4], [[1]], {}, {"a": 1}, [{"a": 1}], "x" * 500, "\u202e",
)  # fmt: skip
PATHS = (
    "baseline", "route128", " baseline ", "baseline.toml", "mine.toml", "./mine.toml", "..", ".", "/", "/etc/passwd",
    "/dev/zero", "/dev/null", "trap.py", "Trap.py", "absent.toml", "points.csv", "schools.csv", "a\0b", "x" * 300,
)  # fmt: skip


def value_of(name: str, chance: random.Random) -> Any:
    """A value that the parameter may have."""
    parameter = PARAMETERS[name]
    low, high = parameter.bounds
    high = min(high, low + 1e6)
    match parameter.kind:
        case "switch":
            return chance.random() < 0.5
        case "choice":
            return chance.choice(parameter.choices)
        case "count":
            return chance.choice([int(low), int(high), chance.randint(int(low), int(high))])
        case "levels":
            return sorted({chance.uniform(low, high) for _ in range(LEVELS)})
        case _:
            return chance.choice([low, high, chance.uniform(low, high), chance.uniform(low, high)])


def mutated_bytes(data: bytes, chance: random.Random) -> bytes:
    """The data with a few bytes or stretches changed."""
    for _ in range(chance.choice((1, 1, 2, 4))):
        at = chance.randrange(len(data) + 1)
        end = min(len(data), at + chance.choice((1, 2, 8, 40)))
        match chance.randrange(7):
            case 0:
                data = data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]
            case 1:
                data = data[:at] + data[end:]
            case 2:
                data = data[:at] + chance.choice(TOKENS) + data[at:]
            case 3:
                data = data[:end] + data[at:end] * chance.choice((1, 2, 50)) + data[end:]
            case 4:
                data = data[:at] if chance.random() < 0.3 else data[at:] + data[:at]
            case 5:
                other = chance.randrange(len(data) + 1)
                data = data[:at] + data[other : other + 20] + data[at:]
            case _:
                digits = [place for place, byte in enumerate(data) if chr(byte).isdecimal()]
                if digits:
                    place = chance.choice(digits)
                    data = data[:place] + str(chance.randrange(10)).encode() + data[place + 1 :]
    return data


def _tables(document: Any) -> list[dict[str, Any]]:
    """Every table of a document."""
    if isinstance(document, dict):
        return [document, *(table for value in document.values() for table in _tables(value))]
    return [table for value in document for table in _tables(value)] if isinstance(document, list) else []


def set_soundly(document: dict[str, Any], chance: random.Random) -> None:
    """Give a parameter a value that it may have."""
    name = chance.choice(list(PARAMETERS))
    table = document.setdefault(PARAMETERS[name].group, {})
    if isinstance(table, dict):
        table[PARAMETERS[name].key] = value_of(name, chance)


def add_event(document: dict[str, Any], chance: random.Random) -> None:
    """Add a dated event that is sound but for a tenth."""
    event: dict[str, Any] = {"year": chance.choice([0, 0.5, 1 / 6, 1, 1000, chance.uniform(0, 3)])}
    if chance.random() < 0.6:
        name = chance.choice(CHANGED_BY_EVENTS)
        event["set"] = {name: value_of(name, chance)}
    else:
        event["event"] = chance.choice(["betrayal", "head_leaves", "trust_shaken", "merger", "redraw"])
        event["school"] = chance.choice(["largest", "largest of each alliance", "School 1", "nowhere"])
    if chance.random() < 0.1:
        event[chance.choice(["when", "year", "set", "school"])] = chance.choice(ODD_VALUES)
    events = document.setdefault("events", [])
    if isinstance(events, list):
        events.append(event)


def break_something(document: dict[str, Any], chance: random.Random) -> None:
    """Give any key an odd value, another name, or none at all."""
    table = chance.choice(_tables(document))
    if not table:
        return
    key = chance.choice(list(table))
    match chance.randrange(4):
        case 0:
            table[key] = chance.choice(ODD_VALUES)
        case 1:
            del table[key]
        case 2:
            table[chance.choice((key + "s", key.upper(), key[::-1], "", "a.b", "\0", "extends"))] = table.pop(key)
        case _:
            table[key] = {key: table[key]} if chance.random() < 0.5 else [table[key]] * chance.choice((1, 2, 300))


def name_a_file(document: dict[str, Any], chance: random.Random) -> None:
    """Name a file under a key that takes one."""
    key = chance.choice(("extends", "extends", "mechanisms", "base", "schools", "variants"))
    path = chance.choice((*PATHS, *shipped_configs()))
    document[key] = [path] if key in ("mechanisms", "variants") else path


Change = Callable[[dict[str, Any], random.Random], None]


def mutated_document(data: bytes, chance: random.Random, changes: tuple[Change, ...]) -> bytes:
    """A TOML file with some of its values changed."""
    document = tomllib.loads(data.decode())
    for _ in range(chance.choice((1, 2, 3, 6))):
        chance.choice(changes)(document, chance)
    try:
        return tomli_w.dumps(document).encode("utf-8", "surrogatepass")
    except (TypeError, ValueError, RecursionError):
        return data


def mutated_config(data: bytes, chance: random.Random) -> bytes:
    """A config with a change of any kind."""
    if chance.random() < 0.35:
        return mutated_bytes(data, chance)
    sound = (set_soundly,) * 8 + (add_event,) * 4
    return mutated_document(data, chance, (*sound, break_something, name_a_file))


def vary(document: dict[str, Any], chance: random.Random) -> None:
    """Set a parameter in a study, or vary it in its design."""
    name = chance.choice(list(PARAMETERS))
    table = document.setdefault(chance.choice(("design", "set")), {})
    if not isinstance(table, dict):
        return
    if table is not document.get("design"):
        table[name] = value_of(name, chance)
    elif isinstance(table.get("kind", "factorial"), str) and table.get("kind", "factorial") != "factorial":
        low, high = PARAMETERS[name].bounds
        table[name] = {"from": low, "to": min(high, low + chance.uniform(0.1, 10))}
    else:
        values = [value_of(name, chance) for _ in range(3)]
        table[name] = [value for place, value in enumerate(values) if value not in values[:place]]


def ask_for_more(document: dict[str, Any], chance: random.Random) -> None:
    """Change how much a study asks for, within what it may."""
    key = chance.choice(("seeds", "half_terms", "at", "limits", "keep"))
    document[key] = {
        "seeds": chance.choice([1, 3, [1, 2], [0, 2**63 - 1], 10**6]),
        "half_terms": chance.choice([1, 3, 6000]),
        "at": chance.choice(["end", "every half-term"]),
        "limits": {"seconds_a_run": chance.choice([1.0, 604_800.0]), "memory_a_run": "500 MB"},
        "keep": chance.sample(["trust", "sharing", "practice", "level"], 2),
    }[key]


def resize(document: dict[str, Any], chance: random.Random) -> None:
    """Change how much a study asks for."""
    key = chance.choice(("seeds", "half_terms", "at", "random_numbers", "n", "kind", "limits", "steps"))
    value: Any = {
        "seeds": chance.choice([1, 3, [1, 2], [0, 2**63 - 1], 10**6, 0]),
        "half_terms": chance.choice([1, 3, 6000, 0]),
        "at": chance.choice(["end", "every half-term", "never"]),
        "random_numbers": chance.choice(["common", "independent", "bad"]),
        "n": chance.choice([1, 2, 4, 3, 1024, 10**7, 10**9]),
        "kind": chance.choice(["factorial", "morris", "sobol", "latin_hypercube", "sobol_sequence", "points", "x"]),
        "limits": {"seconds_a_run": chance.choice([1.0, 0, math.inf]), "memory_a_run": chance.choice(["500 MB", "x"])},
        "steps": chance.choice([2, 11, 10_000, 10**9]),
    }[key]
    if key in ("n", "kind"):
        design = document.setdefault("design", {})
        if isinstance(design, dict):
            design[key] = value
    elif key == "steps":
        design = document.setdefault("design", {})
        if isinstance(design, dict):
            design["trust.initial"] = {"from": 0.1, "to": 0.9, "steps": value}
    else:
        document[key] = value


def mutated_study(data: bytes, chance: random.Random) -> bytes:
    """A study with a change of any kind."""
    if chance.random() < 0.35:
        return mutated_bytes(data, chance)
    sound = (vary,) * 6 + (ask_for_more,) * 5 + (add_event,) * 3
    return mutated_document(data, chance, (*sound, resize, break_something, name_a_file))


def mutated_points(data: bytes, chance: random.Random) -> bytes:
    """A file of points with a change of any kind."""
    if chance.random() < 0.5:
        return mutated_bytes(data, chance)
    header, *rows = csv.reader(io.StringIO(data.decode()))
    for _ in range(chance.choice((1, 2, 5))):
        match chance.randrange(6):
            case 0 | 1:
                name = chance.choice([one for one in PARAMETERS if one not in header])
                header.append(name)
                for row in rows:
                    value = value_of(name, chance)
                    row.append(str(value).lower() if isinstance(value, bool) else str(value))
            case 2:
                rows += [list(row) for row in rows] * chance.choice((1, 3))
            case 3:
                place = chance.randrange(len(header))
                chance.choice(rows)[place] = str(chance.choice(ODD_VALUES))
            case 4:
                chance.shuffle(rows)
            case _:
                place = chance.randrange(len(header))
                chance.choice(rows)[place] = str(value_of(header[place], chance))
    made = io.StringIO()
    csv.writer(made).writerows([header, *rows])
    return made.getvalue().encode("utf-8", "surrogatepass")


CELLS = (
    "", " ", "0", "-5", "1e9", "nan", "inf", "12.5", "1,206", "99999999999999999999", "Closed", "Open", "=1+1",
    "\u202eX", "x" * 500, "A\nB", 'A"B', "GU2 7XH", "0.0", "1e-300", "20001", "(((",
)  # fmt: skip


def mutated_list(data: bytes, chance: random.Random) -> bytes:
    """A list of schools with a change of any kind."""
    if chance.random() < 0.4:
        return mutated_bytes(data, chance)
    encoding = "cp1252" if b"\xe9" in data else "utf-8"
    header, *rows = csv.reader(io.StringIO(data.decode(encoding)))
    for _ in range(chance.choice((1, 3, 10, 60))):
        place = chance.randrange(len(header))
        match chance.randrange(8):
            case 0:
                rows.append(list(chance.choice(rows)))
            case 1 if len(rows) > 1:
                rows.pop(chance.randrange(len(rows)))
            case 2:
                for row in rows:
                    row[place] = chance.choice(rows)[place]
            case 3 if chance.random() < 0.2:
                header[place] = chance.choice(("", "urn", header[0], header[place].upper(), "  " + header[place]))
            case 4:
                chance.choice(rows).append("more")
                rows[-1] = rows[-1][: len(header)]
            case 5:
                chance.shuffle(rows)
            case _:
                row = chance.choice(rows)
                row[min(place, len(row) - 1)] = chance.choice(CELLS)
    made = io.StringIO()
    csv.writer(made, delimiter=chance.choice(",,,;\t|")).writerows([header, *rows])
    return made.getvalue().encode(chance.choice(("utf-8", "utf-8", "cp1252")), "replace")
