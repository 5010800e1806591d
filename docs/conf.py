"""How the book is made: MyST and Sphinx, with nothing fetched from anywhere."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import alliance_sim

project = "alliance_sim"
author = "The alliance_sim founders"
copyright = "2026, the alliance_sim founders; MIT licence"
release = alliance_sim.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "generated_tables"]
exclude_patterns = ["_build"]
myst_enable_extensions = ["dollarmath", "colon_fence"]
myst_heading_anchors = 3
suppress_warnings = ["myst.xref_missing"]  # THEORY.md points at lines of tests, which are no pages of the book
autodoc_typehints = "description"
autodoc_member_order = "bysource"
html_theme = "furo"
html_title = "alliance_sim"
html_theme_options = {"source_repository": "", "top_of_page_buttons": []}
