"""Static files: what is installed for the page, and nothing else of the machine or of the internet.

Solara's own lookup of files of its content delivery network fetches what is missing, and deletes a folder that is asked
for by name. Its lookup of notebook extensions reads the user's folders and follows symbolic links out of them.
"""

from __future__ import annotations

import sys
from pathlib import Path

import solara.server.server
from solara.server import starlette as solara_app
from solara.server.starlette import StaticNbFiles

EXTENSIONS = ("jupyter-vue", "jupyter-vuetify", "jupyter-js-widgets")
"""The notebook extensions that the page's widgets come from."""


def asset(base: Path, path: str) -> Path:
    """Return the file of an installed asset.

    Args:
        base: the folder of the assets.
        path: the file's path below it.

    Raises:
        FileNotFoundError: if there is no such file in the folder. It is never fetched.
    """
    folder = Path(base).resolve()
    try:
        found = (folder / path).resolve()
        usable = found.is_relative_to(folder) and found.is_file()
    except (OSError, ValueError):  # names that no file can have
        usable = False
    if not usable:
        raise FileNotFoundError(f"{path} is not installed with solara-assets, and nothing is fetched from outside")
    return found


def _installed_extensions() -> list[Path]:
    return [Path(sys.prefix) / "share" / "jupyter" / "nbextensions"]


def _lookup(self: StaticNbFiles, path: str) -> tuple[str, object]:
    """Find a file of an extension that the page uses."""
    if path.replace("\\", "/").split("/")[0] in EXTENSIONS:
        for folder in solara.server.server.nbextensions_directories:
            try:
                found = asset(folder, path)
            except FileNotFoundError:
                continue
            return str(found), found.stat()
    return "", None


def restrict_static_files() -> None:
    """Serve installed files only, from now on."""
    solara_app.get_path = asset
    # The list is changed in place: Solara's modules hold it by reference.
    solara.server.server.nbextensions_directories[:] = _installed_extensions()
    StaticNbFiles.lookup_path = _lookup  # type: ignore[method-assign, assignment]
