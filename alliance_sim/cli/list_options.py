"""Options on lists of schools that several commands share."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Annotated, Any

import typer

from alliance_sim.cli import loading
from alliance_sim.cli.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

PANEL = "Options on the list of schools"

Groups = Annotated[
    str | None,
    typer.Option(
        metavar="COLUMN|FILE",
        show_default=False,
        rich_help_panel=PANEL,
        help="Group schools by a column of the list, or by a CSV file that `schools FILE --out DIR` wrote.",
    ),
]


def kilometres(text: str) -> float:
    """Parse a distance in kilometres."""
    try:
        found = float(str(text))
    except ValueError:
        found = math.nan
    if not 0.1 <= found <= 20_000:
        raise typer.BadParameter(f"{text!r} is no distance; give kilometres from 0.1 to 20,000")
    return found


Farthest = Annotated[
    float | None,
    typer.Option(
        metavar="KM",
        parser=kilometres,
        show_default=False,
        rich_help_panel=PANEL,
        help="Greatest distance between two schools of a group formed by distance; 15 km without it.",
    ),
]
MixPhases = Annotated[
    bool,
    typer.Option(
        "--mix-phases",
        rich_help_panel=PANEL,
        help="Let primary, secondary and special schools form one group by distance.",
    ),
]
Attainment = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FILE",
        show_default=False,
        rich_help_panel=PANEL,
        help="Published Key Stage 2 or 4 results (CSV), from which schools start; may be repeated, one file a year.",
    ),
]


def _missing_pupils(text: str) -> str:
    return loading.one_of("leave-out", "predecessor", "capacity")(text)


MissingPupils = Annotated[
    str,
    typer.Option(
        metavar="leave-out|predecessor|capacity",
        parser=_missing_pupils,
        rich_help_panel=PANEL,
        help="For open schools without pupils: leave them out, or use the pupils of the school before or the capacity.",
    ),
]


def ratios(text: str) -> str:
    """Check pupils per teacher: a number, ``england``, or ``primary=20,secondary=16``."""
    ratios_in(str(text))
    return str(text)


def ratios_in(text: str) -> float | dict[str, float] | str:
    """Return pupils per teacher as ``read_schools`` takes them."""
    from alliance_sim.schools.teacher_ratios import checked_ratios

    text = text.strip()
    try:
        if text == "england":
            return text
        if "=" not in text:
            found: float | dict[str, float] = float(text)
        else:
            parts = [part.partition("=") for part in text.split(",")]
            found = {phase.strip(): float(ratio) for phase, _, ratio in parts}
        checked_ratios(found)
    except ValueError as error:
        why = str(error) if str(error).startswith("pupils_per_teacher") else f"{text[:40]!r} is no ratio"
        allowed = "give a number, england, or primary=20.7,secondary=16.8,special=6.4"
        raise typer.BadParameter(f"{why}; {allowed}") from None
    return found


PupilsPerTeacher = Annotated[
    str | None,
    typer.Option(
        metavar="RATIO",
        parser=ratios,
        show_default=False,
        rich_help_panel=PANEL,
        help="Pupils per teacher where the list has no teachers: a number, england (the published ratios by phase), or "
        "primary=N,secondary=N,special=N; population.pupils_per_teacher without it.",
    ),
]
Anonymise = Annotated[
    bool,
    typer.Option(
        "--anonymise",
        rich_help_panel=PANEL,
        help="Replace names and numbers of schools and alliances, in the same way in every output.",
    ),
]
Phrase = Annotated[
    str,
    typer.Option(
        metavar="TEXT",
        show_default=False,
        rich_help_panel=PANEL,
        help="With --anonymise: a phrase of your own, without which the replacements cannot be repeated. "
        "It is stored nowhere.",
    ),
]


@dataclass(frozen=True)
class ListOptions:
    """Options on a list of schools, as given on the command line.

    Attributes:
        groups: a column of the list, or a file of groups.
        farthest: the limit on distances within groups, in kilometres.
        mix_phases: whether phases may be mixed.
        attainment: files of results.
        missing_pupils: what to do with open schools without pupils.
        pupils_per_teacher: the ratio as written.
        anonymise: whether names are replaced.
        phrase: a phrase for the replacement, which is not recorded.
    """

    groups: str | None = None
    farthest: float | None = None
    mix_phases: bool = False
    attainment: tuple[str, ...] = ()
    missing_pupils: str = "leave-out"
    pupils_per_teacher: str | None = None
    anonymise: bool = False
    phrase: str = field(default="", repr=False)

    def require_list(self, schools: str | None) -> None:
        """Refuse options on a list where none is given, and a phrase without --anonymise.

        Raises:
            Refusal: if one is given.
        """
        if self.phrase and not self.anonymise:
            raise Refusal("--phrase needs --anonymise; give both")
        if schools is None and (given := next(iter(self.given()), None)):
            raise Refusal(f"--{given} needs --schools; give a list of schools")

    def given(self) -> dict[str, Any]:
        """Return the options that differ from the defaults, by their names on the command line, without the phrase."""
        found: dict[str, Any] = {}
        for each in fields(self):
            value = getattr(self, each.name)
            if each.name != "phrase" and value != each.default:
                found[each.name.replace("_", "-")] = value
        for name in ("groups", "attainment"):
            if name in found:
                value = found[name]
                paths = loading.without_folders
                found[name] = paths(value) if isinstance(value, str) else [paths(str(path)) for path in value]
        return found

    def arguments(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the arguments of ``read_schools`` for a config's parameter values."""
        size, ratio = loading.grouping(values)
        further: dict[str, Any] = {} if self.farthest is None else {"farthest": self.farthest}
        return further | {
            "alliance_size": size,
            "pupils_per_teacher": ratio if self.pupils_per_teacher is None else ratios_in(self.pupils_per_teacher),
            "groups": self.groups,
            "mix_phases": self.mix_phases,
            "attainment": self.attainment or None,
            "missing_pupils": self.missing_pupils,
            "anonymise": self.phrase or self.anonymise,
        }


def collected(
    groups: str | None, farthest: float | None, mix_phases: bool, attainment: list[str] | None, missing_pupils: str,
    pupils_per_teacher: str | None, anonymise: bool, phrase: str,
) -> ListOptions:  # fmt: skip
    """Return the options of a command line."""
    return ListOptions(
        groups, farthest, mix_phases, tuple(attainment or ()), missing_pupils, pupils_per_teacher, anonymise, phrase
    )
