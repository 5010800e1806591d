"""How phones join the class: a QR code, a short address, and a button for another code."""

# pyright: reportPrivateImportUsage=false
# (Solara does not declare what it exports.)
from __future__ import annotations

from typing import Any

import solara

from alliance_sim.app.classroom.addresses import qr_path, without_scheme
from alliance_sim.app.startup import SERVED


@solara.component_vue("class_join.vue")
def ClassJoinCard(path: str, size: int, address: str, large: bool, event_renew: Any) -> None:
    """Draw the QR code with the address below it."""


@solara.component
def ClassJoin(large: bool = True) -> None:
    """Show how to join; nothing if no class takes part.

    Args:
        large: whether the code is as large as its place admits; else only the address is shown, in one line.
    """
    _, redraw = solara.use_state(0)
    classroom = SERVED.classroom
    if classroom is None:
        return
    address = SERVED.join_address(classroom.code)
    path, size = qr_path(address)

    def renew(_: Any) -> None:
        classroom.renew_code()
        redraw(classroom.version)

    ClassJoinCard(path=path, size=size, address=without_scheme(address), large=large, event_renew=renew)
