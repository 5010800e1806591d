"""What can be kept of a lesson: the outcomes of both worlds as CSV, and each world's config."""

from __future__ import annotations

import pandas as pd

from alliance_sim.app.session.permalinks import happened
from alliance_sim.app.session.session import Session
from alliance_sim.app.session.session_config import safe_name


def csv(session: Session) -> str:
    """All outcomes of both worlds up to the latest half-term lived, one row a world and half-term."""
    frames: list[pd.DataFrame] = []
    for setup, world in zip(session.setup.worlds, session.worlds, strict=True):
        frame = world.model.outcomes.reset_index()
        frame.insert(0, "seed", session.setup.seed)
        frame.insert(0, "world", setup.title)
        frames.append(frame)
    return pd.concat(frames).to_csv(index=False, lineterminator="\n")


def config(session: Session, side: int) -> str:
    """A world's config with every parameter, and what was made to happen by hand as remarks."""
    lines = [f"# {session.setup.worlds[side].title}, seed {session.setup.seed}"]
    names = ("a", "b")
    for happening, where in happened(session):
        if where in ("both", names[side]):
            lines.append(f"# by hand, after {happening.half_term} half-terms: {happening.label}")
    return "\n".join(lines) + "\n" + session.worlds[side].scenario.to_toml()


def file_name(session: Session, side: int) -> str:
    """What a world's config is called when it is kept."""
    title = session.setup.worlds[side].title.lower().replace(" ", "_")
    return f"{safe_name(title, 'world')}.toml"
