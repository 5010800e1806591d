"""Static files: serve the installed files of the page, and no other file of the machine or of the internet.

Solara 1.64.1 looks up files of its content delivery network with ``cdn_helper.get_path``, which fetches missing files
and deletes a folder that a request names. It looks up notebook extensions in the user's folders, and follows symbolic
links out of them. Both lookups are replaced.
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
    with suppress(OSError, ValueError):  # invalid file names
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
    """Replace Solara's lookups, so that only installed files are served."""
    solara.server.starlette.get_path = asset  # pyright: ignore[reportPrivateImportUsage]
    # The list is changed in place: Solara's modules hold it by reference.
    solara.server.server.nbextensions_directories[:] = _installed_extensions()
    StaticNbFiles.lookup_path = _lookup  # type: ignore[method-assign, assignment]
