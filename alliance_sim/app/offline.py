"""Solara's own habits, changed for a room with bad internet: nothing leaves the machine, and closed tabs are let go.

Imported before the page is made, by ``alliance-sim serve`` and by ``solara run`` alike.
"""

from __future__ import annotations

import warnings
from typing import NoReturn

import solara.server.cdn_helper
import solara.server.settings as server
import solara.settings

from alliance_sim.app.solara_patches import patch_solara

TITLE = "Two school systems, the same luck"


def stay_offline() -> None:
    """Switch off what would reach out, and what would show Solara instead of the page."""
    server.telemetry.mixpanel_enable = False
    solara.settings.assets.proxy = True  # the browser asks this machine for all it needs …
    solara.server.cdn_helper.fetch_from_cdn = _not_here  # … and this machine asks nobody
    # Imported after the line above: Solara decides at import whether it serves these files.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Solara imports a deprecated module of websockets
        from alliance_sim.app.server.static_files import restrict_static_files

    restrict_static_files()
    server.assets.fontawesome_enabled = False
    patch_solara()
    server.main.mode = "production"  # development asks solara.dev whether the installation works
    server.theme.title = TITLE
    server.theme.show_banner = False
    server.theme.loader = "plain"
    server.state.auto_remount = True  # after a restart of the server the page opens again by its own link
    warnings.filterwarnings(
        "ignore", message="Cookies with samesite=none require https"
    )  # no page is embedded in others
    server.session.http_only = True
    # A lost tab is noticed within PING_INTERVAL + PING_TIMEOUT (see server.py); together they stay below a minute.
    # A tab that comes back later starts a new session from its own link.
    server.kernel.cull_timeout = "25s"


def _not_here(url: str) -> NoReturn:
    """What is not installed with ``solara-assets`` is missing; it is not fetched from outside."""
    raise FileNotFoundError(f"{url} is not installed with solara-assets, and nothing is fetched from outside")


stay_offline()
