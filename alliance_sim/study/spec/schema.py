"""The schema of a study file: its keys and their types. Unknown keys are refused."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from alliance_sim.config.list_choices import choices_model
from alliance_sim.config.schema import not_blank
from alliance_sim.declarations.outcomes import NAMES
from alliance_sim.study.spec.old_keys import OLD_KEY

if TYPE_CHECKING:
    from pydantic import BaseModel as ListChoicesTable
    from pydantic import BaseModel as ListTable
else:
    ListChoicesTable, ListTable = choices_model(), choices_model(with_file=True)

MOST_SEEDS = 1_000_000
MOST_HALF_TERMS = 6_000
LARGEST_SEED = 2**63 - 1
"""Results store seeds as signed 64-bit integers."""
MOST_POINTS = 10_000_000
MOST_STEPS = 10_000
LONGEST_RUN = 7 * 24 * 3600.0
"""Seconds."""

At = Literal["every half-term", "end"]
Seeding = Literal["blocks", "rounds"]
"""How independent seeds are numbered: a block for each point (before version 0.3), or one for each point in turn."""
RandomNumbers = Literal["common", "independent", "by_point"]


def no_twins[T](items: list[T]) -> list[T]:
    """Refuse a list with repeated items."""
    if len(set(items)) < len(items):
        raise PydanticCustomError("twins", "must not repeat")
    return items


def an_outcome(name: str) -> str:
    """Refuse a name that is not an outcome."""
    if name in NAMES:
        return name
    from alliance_sim.engine.modules.registry import (
        outcome_named,
    )  # brings the compiler along, 60 MB that few sweeps need

    if outcome_named(name) is None:
        raise PydanticCustomError("outcome", "must be an outcome")
    return name


Text = Annotated[str, Field(min_length=1), AfterValidator(not_blank)]
Seed = Annotated[int, Field(ge=0, le=LARGEST_SEED)]
Seeds = Annotated[list[Seed], Field(min_length=1, max_length=MOST_SEEDS), AfterValidator(no_twins)]
Number = Annotated[float, Field(allow_inf_nan=False)]


class Table(BaseModel):
    """A table of a study file."""

    model_config = ConfigDict(strict=True, extra="forbid")


class LimitsTable(Table):
    """The limits of a run; a run that exceeds them counts as failed, and the sweep continues."""

    seconds_a_run: Annotated[
        float | None, Field(gt=0, le=LONGEST_RUN, allow_inf_nan=False, description="Seconds that a run may take.")
    ] = None
    memory_a_run: Annotated[
        str | None, Field(pattern=r"^\d{1,6}(\.\d+)? ?(MB|GB)$", description='Memory that a run may take: "500 MB".')
    ] = None


class VariantTable(Table):
    """One of several variants that are compared at every point."""

    base: Annotated[Text | None, Field(description="The config of the variant, in place of the study's base.")] = None
    set: Annotated[dict[str, Any], Field(description="Parameters set on top of it.")] = {}
    events: Annotated[list[Any], Field(description="Dated changes of policy, after the config's and the study's.")] = []
    schools: Annotated[
        ListChoicesTable | None, Field(description="How the variant reads the list of schools, after the study's.")
    ] = None


class StudyTable(Table):
    """A question, the runs that answer it, and the outcomes to record."""

    question: Annotated[Text, Field(description="What you want to know, in plain words.")]
    extends: Annotated[Text | None, Field(description="The study that this one differs from.")] = None
    base: Annotated[Text | None, Field(description="The config of all points; baseline by default.")] = None
    variants: Annotated[
        Annotated[list[Text], Field(min_length=1), AfterValidator(no_twins)]
        | Annotated[dict[str, VariantTable], Field(min_length=1)]
        | None,
        Field(description="Configs to compare, or tables with a name, a base and the changes of each."),
    ] = None
    seeds: Annotated[
        Annotated[int, Field(ge=1, le=MOST_SEEDS)] | Seeds,
        Field(description="The number of runs at each point (seeds 1 to n), or the list of their seeds."),
    ] = 30
    half_terms: Annotated[
        int, Field(ge=1, le=MOST_HALF_TERMS, description="The length of a run; six half-terms are a year.")
    ] = 60
    keep: Annotated[
        list[Annotated[str, AfterValidator(an_outcome)]],
        Field(min_length=1, description="The outcomes to record; by default all except those that modules add."),
        AfterValidator(no_twins),
    ] = list(NAMES)
    at: Annotated[
        At,
        Field(description="Whether every half-term is recorded, or only the last one."),
    ] = "every half-term"
    random_numbers: Annotated[
        RandomNumbers | None,
        Field(
            description="Whether all points have the same seeds (common), each its own (independent), or each its own "
            "that its variants share (by_point); by default common, and independent in samples, which means by_point."
        ),
    ] = None
    schools: Annotated[
        Text | ListTable | None,
        Field(description="A list of real schools (CSV or workbook), relative to this file, or a table with choices."),
    ] = None
    set: Annotated[dict[str, Any], Field(description="Parameters set for all points, by dotted name.")] = {}
    events: Annotated[list[Any], Field(description="Dated changes of policy in all runs.")] = []
    matters: Annotated[
        dict[str, Annotated[float, Field(gt=0, allow_inf_nan=False)]],
        Field(description="Smallest effects of interest, by outcome, in its unit: { sharing = 0.02 }."),
    ] = {}
    limits: Annotated[LimitsTable, Field(description="The limits of a run.")] = LimitsTable()
    design: Annotated[dict[str, Any], Field(description="What is varied, and how.")] = {}


Explored = Annotated[
    list[str] | None,
    Field(description="Parameters, or whole tables of them, that are varied over the range worth exploring."),
]
SampleSeed = Annotated[int, Field(ge=0, le=2**32 - 1, description="Decides which sample is drawn.")]
PointCount = Annotated[int, Field(ge=1, le=MOST_POINTS, description="How many points there are.")]


class FactorialTable(Table):
    """Every combination of the values, the first parameter changing most slowly."""

    kind: Literal["factorial"] = "factorial"


class HypercubeTable(Table):
    """A Latin hypercube: each parameter's range is cut into n strata, and each stratum has one point."""

    kind: Literal["latin_hypercube"]
    n: PointCount
    seed: SampleSeed = 1
    explore: Explored = None


class SequenceTable(Table):
    """Sobol's low-discrepancy sequence, scrambled: n points, a power of two, that fill the space evenly."""

    kind: Literal["sobol_sequence"]
    n: PointCount
    seed: SampleSeed = 1
    explore: Explored = None


class SobolTable(Table):
    """Saltelli's sample for Sobol's indices: n (d + 2) points, or n (2 d + 2) with second-order indices."""

    kind: Literal["sobol"]
    n: PointCount
    seed: SampleSeed = 1
    second_order: Annotated[bool, Field(description="Whether pairs of parameters get indices, too.")] = False
    explore: Explored = None


class MorrisTable(Table):
    """Morris' elementary effects: n trajectories of d + 1 points, each a step in one parameter."""

    kind: Literal["morris"]
    n: PointCount
    levels: Annotated[int, Field(ge=4, le=100, multiple_of=2, description="Levels of the grid, an even number.")] = 4
    seed: SampleSeed = 1
    explore: Explored = None


class PointsTable(Table):
    """Points from a file: a CSV with a dotted name above each column and a row for each point."""

    kind: Literal["points"] = "points"
    file: Annotated[Text, Field(description="The CSV, relative to this file.")]


DESIGNS: dict[str, type[Table]] = {
    "factorial": FactorialTable,
    "points": PointsTable,
    "latin_hypercube": HypercubeTable,
    "sobol_sequence": SequenceTable,
    "sobol": SobolTable,
    "morris": MorrisTable,
}
"""Each kind of design, and the keys it has beside its parameters."""

SAMPLED = ("latin_hypercube", "sobol_sequence", "sobol", "morris")

DESIGN_KEYS: tuple[str, ...] = tuple(dict.fromkeys(key for table in DESIGNS.values() for key in table.model_fields))


class RangeTable(Table):
    """A range of a parameter."""

    from_: Annotated[Number | None, Field(alias="from", description="The least value.")] = None
    to: Annotated[Number | None, Field(description="The greatest value.")] = None
    steps: Annotated[
        int | None, Field(ge=2, le=MOST_STEPS, description="How many values there are, evenly spaced, both ends in.")
    ] = None


@cache
def only_in_studies() -> frozenset[str]:
    """Return the keys that only studies have, which distinguish a study from a config."""
    return frozenset(StudyTable.model_fields) - {"question", "extends", "events"} | {OLD_KEY}
