"""Configure Solara so that the page works without internet and closed tabs are released.

Importing this module applies the settings. ``alliance-sim serve`` and ``solara run`` both import it before the page.
The comments name the behaviour of Solara 1.64.1 (the version that ``pyproject.toml`` pins) that each setting changes;
``solara_patches`` has the corrections that need another text in Solara's own files.
"""

from __future__ import annotations

import warnings
from typing import NoReturn

import solara.server.cdn_helper
import solara.server.settings as server
import solara.settings

from alliance_sim.app.solara_patches import patch_solara

TITLE = "Two school systems, the same random numbers"


def stay_offline() -> None:
    """Switch off network access and Solara's own branding; shorten the timeout of lost sessions."""
    # Solara reports usage to mixpanel.com by default.
    server.telemetry.mixpanel_enable = False
    # Browsers would load scripts from a content delivery network. With the proxy they ask this server instead …
    solara.settings.assets.proxy = True
    # … and this server would fetch a missing file from the network, retrying for 7 seconds. It must not.
    solara.server.cdn_helper.fetch_from_cdn = _refuse_to_fetch
    # Solara reads `assets.proxy` when its server module is imported, so this import comes after the line above.
    with warnings.catch_warnings():
        # Solara 1.64.1 imports websockets.legacy, which websockets has deprecated since 14.0.
        warnings.simplefilter("ignore", DeprecationWarning)
        from alliance_sim.app.static_files import restrict_static_files

    restrict_static_files()
    # The page uses no Font Awesome icons, and solara-assets does not contain them.
    server.assets.fontawesome_enabled = False
    patch_solara()
    # In development mode, `solara run` checks its installation against solara.dev.
    server.main.mode = "production"
    server.theme.title = TITLE
    server.theme.show_banner = False
    server.theme.loader = "plain"  # the default loader links to solara.dev
    # Without a shared backend, Solara asks the user to reload after a restart of the server. The page can remount by
    # itself, because its address contains the whole session.
    server.state.auto_remount = True
    # Solara warns at each request over plain HTTP, in case the page is embedded in another. It never is.
    warnings.filterwarnings("ignore", message="Cookies with samesite=none require https")
    # By default, scripts can read Solara's session cookie.
    server.session.http_only = True
    # By default, the session of a lost tab stays in memory for 24 hours. A lost tab is noticed within
    # PING_INTERVAL + PING_TIMEOUT (see server.py); with this limit it is released in less than a minute.
    # A tab that returns later starts a new session from its address.
    server.kernel.cull_timeout = "25s"


def _refuse_to_fetch(url: str) -> NoReturn:
    """Refuse to fetch a file that ``solara-assets`` does not contain."""
    raise FileNotFoundError(f"{url} is not installed with solara-assets, and nothing is fetched from outside")


stay_offline()
