"""Static files: what is installed for the page, and nothing else of the machine or of the internet.

Solara's own lookup of files of its content delivery network fetches what is missing, and deletes a folder that is asked
for by name. Its lookup of notebook extensions reads the user's folders and follows symbolic links out of them.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

import solara.server.server
import solara.server.starlette
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
    found = folder
    with suppress(OSError, ValueError):  # names that no file can have
        found = (folder / path).resolve()
    if not found.is_relative_to(folder) or not os.path.isfile(found):  # noqa: PTH113 - Path.is_file raises on long names
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
    solara.server.starlette.get_path = asset  # pyright: ignore[reportPrivateImportUsage]
    # The list is changed in place: Solara's modules hold it by reference.
    solara.server.server.nbextensions_directories[:] = _installed_extensions()
    StaticNbFiles.lookup_path = _lookup  # type: ignore[method-assign, assignment]
