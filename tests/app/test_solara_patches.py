"""Patches of Solara's files find their texts, and nothing is fetched from outside."""

from pathlib import Path

import pytest
import solara.server.server
from solara.server.settings import telemetry

from alliance_sim.app import offline
from alliance_sim.app.solara_patches import NAVIGATOR_PATCHES, PAGE, PAGE_PATCHES, apply_patches


def given(name):
    return (solara.server.server.directory / "templates" / name).read_text("utf-8")


def test_each_patch_finds_its_text_once_in_the_pinned_version():
    text = given(PAGE)
    for patch in PAGE_PATCHES:
        assert text.count(patch.old) == 1, patch.old
    page = apply_patches(text, PAGE_PATCHES)
    assert '<html lang="en">' in page
    assert "user-scalable" not in page


def test_another_version_of_solara_is_detected():
    with pytest.raises(LookupError, match="is it the version"):
        apply_patches("something else", NAVIGATOR_PATCHES)


def test_the_patched_page_is_served():
    offline.stay_offline()
    source, _, _ = solara.server.server.get_jinja_env(app_name="x").loader.get_source(None, PAGE)
    assert "connection to the model was lost" in source
    assert "user-scalable" not in source


def test_nothing_is_fetched_and_no_usage_is_reported():
    offline.stay_offline()
    assert not telemetry.mixpanel_enable
    with pytest.raises(FileNotFoundError, match="nothing is fetched from outside"):
        solara.server.cdn_helper.fetch_from_cdn("vega@5/build/vega.js")


def test_no_component_names_another_server():
    parts = Path(offline.__file__).parent
    for path in [*parts.rglob("*.vue"), *parts.rglob("*.css")]:
        text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http:" not in text, path
        assert "https:" not in text, path
        assert "url(" not in text.replace("url(#", ""), path  # a part of the same drawing
