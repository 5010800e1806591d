"""Screenshots for the README and the docs; with ``PICTURES=folder`` they are stored there."""

import os
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from alliance_sim.app.session.presets import PRESETS
from tests.e2e.classroom import play_to, press

LARGEST = 150_000
WITHIN = 60


def _fewer_colours(image):
    """The commonest colours as they are, and the rest as the nearest of them: a third of the bytes, the same looks."""
    common = sorted(image.getcolors(1 << 20), reverse=True)[:256]
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for _, colour in common for part in colour])
    return image.quantize(palette=palette, dither=Image.Dither.NONE)


@pytest.fixture
def keep(tmp_path):
    """Write a picture small enough for a repository, and look that there is something on it."""

    def store(page, name, height=800):
        page.set_viewport_size({"width": 1280, "height": height})
        page.wait_for_timeout(300)
        image = Image.open(BytesIO(page.screenshot())).convert("RGB")
        assert len(image.getcolors(1 << 20)) > 300, "the page is blank"
        folder = Path(os.environ.get("PICTURES", tmp_path))
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.png"
        _fewer_colours(image).save(path, optimize=True)
        assert path.stat().st_size < LARGEST
        return path

    return store


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_after_ten_years(classroom, server, keep, preset):
    page = classroom.open(server, f"?preset={preset}&seed=1")
    play_to(page, WITHIN, speed=12)
    keep(page, preset)


def test_what_if_funding_ends(classroom, server, keep):
    page = classroom.open(server, "?preset=competition_collaboration&seed=1")
    play_to(page, 18, speed=6)
    page.locator(".interventions").get_by_role("radio", name="only Collaborative").check()
    press(page, "Funding ends")
    press(page, "Dismiss this message")
    play_to(page, 48, speed=12)
    keep(page, "funding_ends")


def test_a_projector(classroom, server, keep):
    page = classroom.open(server)
    press(page, "Projector")
    play_to(page, 36, speed=12)
    keep(page, "projector")


def test_a_card(classroom, server, keep):
    page = classroom.open(server)
    play_to(page, 24, speed=12)
    page.get_by_test_id("world-a").locator(".school").nth(3).click()
    keep(page, "card")


def test_a_bet(classroom, server, keep):
    page = classroom.open(server)
    press(page, "Predict first")
    page.get_by_role("slider", name="Silicon Valley").fill("0.7")
    page.get_by_role("slider", name="Route 128").fill("0.3")
    press(page, "Place the bet")
    press(page, "Dismiss this message")
    play_to(page, 30, speed=12)
    keep(page, "predict_first", height=940)


def test_surreys_schools_are_shown_but_the_picture_is_not_stored(classroom, serve, surrey, keep, monkeypatch):
    monkeypatch.delenv("PICTURES", raising=False)
    page = classroom.open(serve("--schools", surrey))
    play_to(page, 12, speed=12)
    keep(page, "surrey")
