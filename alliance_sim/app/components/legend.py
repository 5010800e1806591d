"""What the signs of the networks mean; it stands right under them."""

# pyright: reportPrivateImportUsage=false
# (Solara does not declare what it exports.)
from __future__ import annotations

import solara


@solara.component_vue("legend.vue")
def Legend() -> None:  # noqa: N802
    """Seen only: each school, bar and network says the same in words of its own."""
