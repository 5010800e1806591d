"""Write the whole session into the address of the page, so that a reload or a restart restores it."""

# pyright: reportPrivateImportUsage=false
# (Solara does not declare what it exports.)
from __future__ import annotations

import solara

from alliance_sim.app.page_state import PageState
from alliance_sim.app.session.permalinks import link


@solara.component_vue("address.vue")
def AddressBar(search: str) -> None:
    """Replace the part of the address after the question mark; nothing is visible."""


@solara.component
def Address(state: PageState) -> None:
    """Keep the address up to date."""
    _ = state.setup_version.value, state.frame_version.value
    AddressBar(search=link(state.session))
