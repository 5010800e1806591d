"""Screens look as they did: small grey references, with a tolerance for fonts and for the model's numbers.

``WRITE_REFERENCES=1`` stores the present pictures as references; look at them before they are committed.
"""

import os
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from tests.e2e.test_lesson_mode import wait_for_screen

FOLDER = Path(__file__).parent / "references"
SIZE = (320, 180)
MEAN, CLEARLY, SHARE = 3.0, 40, 0.02
"""The largest mean difference of grey (of 255), and the largest share of places that differ clearly."""
SCREENS = {
    "favour": "?screen=favour", "promise": "?screen=promise", "ladder": "?screen=ladder",
    "bet": "?screen=bet&bet=30,20", "dark": "?screen=bet&bet=30,20", "german": "?screen=favour&lang=de",
}  # fmt: skip


def picture(page):
    """Return the window in grey, small and blurred, so that the edges of letters do not count."""
    image = Image.open(BytesIO(page.screenshot())).convert("L").resize(SIZE, Image.Resampling.BOX)
    return image.filter(ImageFilter.GaussianBlur(1.5))


def differences(one, other):
    """Return the mean difference of two pictures, and the share of places that differ clearly."""
    apart = np.abs(np.asarray(one, np.int16) - np.asarray(other, np.int16))
    return float(apart.mean()), float((apart > CLEARLY).mean())


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_looks_as_it_did(classroom, server, name):
    page = classroom.context(width=1280, height=720, reduced_motion="reduce").new_page()
    page.goto(server.url)
    page.evaluate(f"localStorage.setItem('alliance-sim.colours', '{'dark' if name == 'dark' else 'light'}')")
    page.goto(f"{server.url}/{SCREENS[name]}")
    wait_for_screen(page, "bet" if name == "dark" else "favour" if name == "german" else name)
    page.wait_for_timeout(500)
    seen, path = picture(page), FOLDER / f"{name}.png"
    if os.environ.get("WRITE_REFERENCES"):
        FOLDER.mkdir(exist_ok=True)
        seen.save(path, optimize=True)
    mean, share = differences(seen, Image.open(path))
    assert mean < MEAN
    assert share < SHARE


def test_a_missing_picture_or_another_colour_is_noticed():
    reference = Image.open(FOLDER / "bet.png")
    assert differences(reference, Image.open(FOLDER / "dark.png"))[0] > MEAN
    without = reference.copy()
    without.paste(250, (0, 40, 220, 150))
    assert differences(reference, without)[0] > MEAN or differences(reference, without)[1] > SHARE
    assert differences(reference, Image.open(FOLDER / "favour.png"))[0] > MEAN
