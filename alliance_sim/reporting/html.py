"""Render pages from templates: every page is one HTML file without scripts that loads nothing from the network."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, StrictUndefined

from alliance_sim.reporting.palette import PAGE
from alliance_sim.text import format_parameter
from alliance_sim.version import __version__

GENERATOR = '<meta name="generator" content="alliance_sim'
"""The beginning of the mark in the head of a page by which an earlier page is recognised."""


def render(template: str, values: Mapping[str, Any], folder: Path | None = None) -> str:
    """Return a page as HTML.

    Args:
        template: the file name of a template, which extends ``base.html``.
        values: the values that the template shows.
        folder: a folder of further templates, searched after those of the library.
    """
    loaders = [PackageLoader("alliance_sim.reporting"), *([FileSystemLoader(folder)] if folder else [])]
    environment = Environment(
        loader=ChoiceLoader(loaders), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["value"] = format_parameter
    return environment.get_template(template).render(values, version=__version__, palette=PAGE)
