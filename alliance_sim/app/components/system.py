"""One system: its title, its differences from the other, its network and its maturity bars."""

# pyright: reportPrivateImportUsage=false
# (Solara does not declare what it exports.)
from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import solara

from alliance_sim.app.page_state import PageState
from alliance_sim.app.views import alliances, network
from alliance_sim.app.views.differences import differences
from alliance_sim.app.views.maturity_bars import MOST_BARS, maturity_bars
from alliance_sim.reporting.palette import colour, darker


@dataclass(frozen=True)
class SystemTitle:
    """What identifies a system.

    Attributes:
        letter: ``a`` or ``b``.
        title: its title.
        colour: its colour, dark enough for letters.
        differs: its differences from the other system.
    """

    letter: str
    title: str
    colour: str
    differs: list[str]


@solara.component_vue("system.vue")
def SystemPanel(
    system: dict[str, Any], still: dict[str, Any], moving: dict[str, Any], bars: list[dict[str, Any]],
    description: str, chosen: int, event_choose: Any,
) -> None:  # fmt: skip
    """Draw the network; schools can be selected with a click or the keyboard."""


@solara.component_vue("alliances.vue")
def AlliancesPanel(
    system: dict[str, Any], still: dict[str, Any], moving: dict[str, Any], bars: list[dict[str, Any]],
    description: str, chosen: int, event_choose: Any,
) -> None:  # fmt: skip
    """Draw alliances in place of many schools; one can be chosen, and its schools selected."""


@solara.component
def System(state: PageState, side: int) -> None:
    """Show system A (0) or B (1)."""
    version, _ = state.setup_version.value, state.frame_version.value
    session = state.session
    run = session.runs[side]
    frame = run.frames[session.at]
    large = alliances.is_large(run.model.roster.schools)
    view, panel = (alliances, AlliancesPanel) if large else (network, SystemPanel)
    still = solara.use_memo(lambda: view.still(run, frame), [version, frame.alliance.tobytes(), len(frame.links)])
    chosen = state.chosen.value

    def choose(school: Any) -> None:
        if isinstance(school, int) and 0 <= school < run.model.roster.schools:
            state.chosen.value = {"side": side, "school": school}

    title = session.setup.systems[side].title
    system = SystemTitle("ab"[side], title, darker(colour(side)), differences(session, side))
    panel(
        system=asdict(system),
        still=still,
        moving=view.moving(frame),
        bars=maturity_bars(run, frame) if run.model.roster.alliances <= MOST_BARS else [],
        description=network.describe(frame),
        chosen=chosen["school"] if chosen and chosen["side"] == side else -1,
        event_choose=state.guarded(choose),
    )
