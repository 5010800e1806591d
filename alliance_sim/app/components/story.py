"""The story under the pictures; each sentence can show the claim behind it and its source."""

# pyright: reportPrivateImportUsage=false
# (Solara does not declare what it exports.)
from __future__ import annotations

from typing import Any

import solara

from alliance_sim.app.page_state import PageState
from alliance_sim.app.views.narrative import story
from alliance_sim.declarations.labels import note_on


@solara.component_vue("story.vue")
def StoryPanel(half_term: int, when: str, sentences: list[dict[str, Any]], note: str) -> None:
    """Show sentences, each with a button that opens its claim."""


@solara.component
def Story(state: PageState) -> None:
    """Show two or three sentences about the half-term shown."""
    _ = state.setup_version.value, state.frame_version.value
    session = state.session
    note = note_on(session.runs[0].model.roster)
    StoryPanel(half_term=session.at, when=session.when, sentences=story(session), note=note)
