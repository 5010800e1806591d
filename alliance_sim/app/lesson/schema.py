"""The schema of a lesson file: its keys and their types. Unknown keys are refused."""

from __future__ import annotations

from typing import Annotated, Any, Literal, LiteralString

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from alliance_sim.app.language import ENGLISH, languages
from alliance_sim.app.lesson.lesson import EVENTS, KINDS
from alliance_sim.config.schema import not_blank
from alliance_sim.declarations.outcomes import NAMES

LONGEST_TITLE, LONGEST_CAPTION, LONGEST_LABEL, LONGEST_SPEECH = 70, 160, 20, 90
"""Characters that fit their places on the screen at every size."""
MOST_SCREENS, MOST_YEARS, MOST_RUNS, MOST_EVENTS, MOST_PROMISES = 30, 40, 100, 8, 8
LARGEST_SEED = 2**53 - 1


def a_name(text: str) -> str:
    """Refuse an id that cannot be part of an address."""
    if not text.replace("_", "").replace("-", "").isalnum() or not text.isascii() or text != text.lower():
        raise PydanticCustomError("id", "must be an id")
    return text


def one_of(words: tuple[str, ...], kind: LiteralString) -> Any:
    """Return a validator that refuses all but these words."""

    def check(text: str) -> str:
        if text not in words:
            raise PydanticCustomError(kind, "must be one of the words")
        return text

    return AfterValidator(check)


Title = Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE), AfterValidator(not_blank)]
Caption = Annotated[str, Field(min_length=1, max_length=LONGEST_CAPTION), AfterValidator(not_blank)]
Label = Annotated[str, Field(min_length=1, max_length=LONGEST_LABEL), AfterValidator(not_blank)]
Speech = Annotated[str, Field(min_length=1, max_length=LONGEST_SPEECH), AfterValidator(not_blank)]


class Table(BaseModel):
    """A table of a lesson file."""

    model_config = ConfigDict(strict=True, extra="forbid")


class SystemTable(Table):
    """One of the two systems."""

    title: Annotated[Label | None, Field(description="Its name on the page.")] = None
    base: Annotated[str | None, Field(min_length=1, description="A shipped config or the path of a file.")] = None
    set: Annotated[dict[str, Any], Field(description="Parameters set on top of it.")] = {}


class EventTable(Table):
    """An event that a screen offers."""

    event: Annotated[str, one_of(EVENTS, "event"), Field(description="The kind of event.")]
    year: Annotated[float, Field(ge=0, le=MOST_YEARS, description="Its date, in years from the start.")]
    system: Annotated[Literal["a", "b", "both"], Field(description="The system that it affects.")] = "both"
    school: Annotated[str, Field(min_length=1, description='"largest", a name or a URN.')] = "largest"


class ScreenTable(Table):
    """One screen."""

    id: Annotated[str, Field(min_length=1, max_length=30), AfterValidator(a_name)]
    kind: Annotated[str, one_of(tuple(KINDS), "kind")]
    label: Annotated[Label, Field(description="One or two words for the progress bar.")]
    title: Annotated[Title | None, Field(description="The heading.")] = None
    caption: Annotated[Caption | None, Field(description="A sentence.")] = None
    question: Annotated[Title | None, Field(description="What the class is asked.")] = None
    a: SystemTable | None = None
    b: SystemTable | None = None
    outcome: Annotated[str | None, one_of((*NAMES,), "outcome")] = None
    years: Annotated[int | None, Field(ge=1, le=MOST_YEARS)] = None
    shown_years: Annotated[int | None, Field(ge=1, le=MOST_YEARS)] = None
    runs: Annotated[int, Field(ge=5, le=MOST_RUNS)] = 30
    promises: Annotated[int, Field(ge=1, le=MOST_PROMISES)] = 5
    names: Annotated[list[Label] | None, Field(min_length=2, max_length=2)] = None
    speech: Annotated[list[Speech], Field(max_length=2)] = []
    events: Annotated[list[EventTable], Field(max_length=MOST_EVENTS)] = []


class LessonTable(Table):
    """A lesson: two systems, and screens in order."""

    title: Annotated[Title, Field(description="The title.")]
    question: Annotated[Title, Field(description="The question that it answers.")]
    language: Annotated[str, one_of(languages(), "language"), Field(description="The language of its texts.")] = ENGLISH
    seed: Annotated[int, Field(ge=0, le=LARGEST_SEED)] = 1
    years: Annotated[int, Field(ge=1, le=MOST_YEARS)] = 10
    shown_years: Annotated[int, Field(ge=1, le=MOST_YEARS)] = 2
    outcome: Annotated[str, one_of((*NAMES,), "outcome")] = "sharing"
    names: Annotated[list[Label], Field(min_length=2, max_length=2)] = ["Asha", "Ben"]
    a: SystemTable
    b: SystemTable
    screens: Annotated[list[ScreenTable], Field(min_length=1, max_length=MOST_SCREENS)]
