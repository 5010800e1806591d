"""Files to download from the page: the outcomes of both runs as CSV, and the config of each system."""

from __future__ import annotations

import pandas as pd

from alliance_sim.app.session.permalinks import interventions_by_side
from alliance_sim.app.session.session import Session
from alliance_sim.app.session.session_config import safe_name


def csv(session: Session) -> str:
    """Return all outcomes of both runs up to the latest half-term, one row per system and half-term.

    The system's title is in the column ``world``.
    """
    frames: list[pd.DataFrame] = []
    for setup, run in zip(session.setup.systems, session.runs, strict=True):
        frame = run.model.outcomes.reset_index()
        frame.insert(0, "seed", session.setup.seed)
        frame.insert(0, "world", setup.title)
        frames.append(frame)
    return pd.concat(frames).to_csv(index=False, lineterminator="\n")


def config(session: Session, side: int) -> str:
    """Return the config of a system with every parameter; interventions are listed in comments."""
    lines = [f"# {session.setup.systems[side].title}, seed {session.setup.seed}"]
    names = ("a", "b")
    for intervention, where in interventions_by_side(session):
        if where in ("both", names[side]):
            lines.append(f"# by hand, after {intervention.half_term} half-terms: {intervention.label}")
    return "\n".join(lines) + "\n" + session.runs[side].scenario.to_toml()


def file_name(session: Session, side: int) -> str:
    """Return the file name of a system's config."""
    title = session.setup.systems[side].title.lower().replace(" ", "_")
    return f"{safe_name(title, 'system')}.toml"
