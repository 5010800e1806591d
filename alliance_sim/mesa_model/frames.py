"""Recorded outcomes as data frames, by system, alliance and school."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.declarations.labels import SIMULATED, note_on
from alliance_sim.declarations.outcomes import ALLIANCE_COLUMNS, NAMES, SCHOOL_COLUMNS
from alliance_sim.declarations.roster import Roster
from alliance_sim.engine.simulation.recorder import Recorder
from alliance_sim.engine.simulation.splits import SPLIT_OUTCOMES, groups_of, split_means


def system_frame(recorder: Recorder) -> pd.DataFrame:
    """Return one row per half-term: index ``half_term``, row 0 the initial state."""
    index = pd.RangeIndex(recorder.rows, name="half_term")
    frame = pd.DataFrame(recorder.table, index=index, columns=list(NAMES))
    for name in dict.fromkeys(name for row in recorder.added for name in row):
        frame[name] = recorder.of_modules(name)
    return frame


def alliance_frame(recorder: Recorder, roster: Roster) -> pd.DataFrame:
    """Return one row per half-term and alliance: ``half_term``, ``alliance``, ``name``, then outcomes.

    Raises:
        ValueError: if outcomes by alliance were not recorded.
    """
    if not recorder.by_alliance.shape[1]:
        raise ValueError(f'outcomes by alliance were not kept: the model was made with record="{recorder.record}"')
    who = {"alliance": np.arange(roster.alliances), "name": np.array(roster.alliance_name, object)}
    return mark(_long(recorder.rows, recorder.by_alliance, ALLIANCE_COLUMNS, who), roster, ("name",))


def school_frame(recorder: Recorder, roster: Roster) -> pd.DataFrame:
    """Return one row per half-term and school: ``half_term``, ``school``, ``urn``, ``name``, ``alliance``, outcomes.

    Raises:
        ValueError: if outcomes by school were not recorded.
    """
    schools = recorder.by_school.shape[1]
    if not schools:
        raise ValueError(f'outcomes by school were not kept: the model was made with record="{recorder.record}"')
    who = {
        "school": np.arange(roster.schools),
        "urn": roster.urn,
        "name": np.array(roster.name, object),
        "alliance": roster.alliance,
    }
    frame = _long(recorder.rows, recorder.by_school, SCHOOL_COLUMNS, who)
    for row, alliance in recorder.alliance_of[1:]:
        frame.loc[row * schools :, "alliance"] = np.tile(alliance, recorder.rows - row)
    for name, values in roster.labels.items():
        frame[name] = pd.Categorical.from_codes(
            np.tile(pd.Categorical(values).codes, recorder.rows), categories=pd.Categorical(values).categories
        )
    return mark(frame, roster, ("urn", "name", *roster.labels))


def split_frame(recorder: Recorder, roster: Roster) -> pd.DataFrame:
    """Return one row per half-term and group: ``half_term``, ``split``, ``group``, ``schools``, ``teachers``, outcomes.

    Raises:
        ValueError: if outcomes by school were not recorded, or the list has no column by which they can be split.
    """
    if not recorder.by_school.shape[1]:
        raise ValueError(f'outcomes by school were not kept: the model was made with record="{recorder.record}"')
    groups = groups_of(roster)
    if not groups:
        known = "phase, Ofsted's judgement or free school meals"
        raise ValueError(f"outcomes cannot be split: these schools have no list that differs in {known}")
    means = split_means(recorder.by_school[: recorder.rows], roster)
    frame: dict[str, Any] = {"half_term": np.repeat(np.arange(recorder.rows), len(groups))}
    for column, values in {
        "split": [group.split for group in groups],
        "group": [group.name for group in groups],
        "schools": [group.schools for group in groups],
        "teachers": [group.teachers for group in groups],
    }.items():
        frame[column] = np.tile(np.array(values, object if isinstance(values[0], str) else np.int64), recorder.rows)
    flat = means.reshape(-1, means.shape[2])
    frame |= {name: flat[:, place] for place, name in enumerate(SPLIT_OUTCOMES)}
    return mark(pd.DataFrame(frame), roster, ("split", "group", "schools", "teachers"))


def mark(frame: pd.DataFrame, roster: Roster, data: tuple[str, ...]) -> pd.DataFrame:
    """Mark a frame with names of real schools as simulated; frames of sampled schools stay as they are.

    Args:
        frame: the frame, which is changed.
        roster: the schools.
        data: the columns that come from the list.

    Returns:
        The frame with a last column ``basis``, which is ``simulated`` in every row, and with ``attrs`` that say which
        columns are data and which are simulated.
    """
    if note := note_on(roster):
        keys = ("half_term", "school", "alliance", "other", "basis")
        frame.attrs = {
            "note": note,
            "data": list(data),
            "simulated": [str(name) for name in frame.columns if name not in (*data, *keys)],
        }
        frame["basis"] = pd.Categorical.from_codes(np.zeros(len(frame), np.int8), categories=[SIMULATED])
    return frame


def _long(rows: int, recorded: NDArray[Any], outcomes: tuple[int, ...], who: dict[str, NDArray[Any]]) -> pd.DataFrame:
    entities = recorded.shape[1]
    frame: dict[str, Any] = {"half_term": np.repeat(np.arange(rows), entities)}
    frame |= {name: np.tile(column, rows) for name, column in who.items()}
    flat = recorded[:rows].reshape(-1, recorded.shape[2])
    frame |= {NAMES[outcome]: flat[:, outcome] for outcome in outcomes}
    return pd.DataFrame(frame)
