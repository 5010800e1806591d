"""The legend under the networks."""

# pyright: reportPrivateImportUsage=false
# (Solara does not declare what it exports.)
from __future__ import annotations

import solara


@solara.component_vue("legend.vue")
def Legend() -> None:
    """Show the legend; it is hidden from screen readers, for which every symbol has a description of its own."""
