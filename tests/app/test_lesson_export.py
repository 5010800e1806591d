"""A lesson without a server: one file, slides and an animation, with nothing in them that is still covered."""

import base64
import io
import json
import re
from dataclasses import replace
from itertools import pairwise

import pytest
from PIL import Image

from alliance_sim.app.lesson.lesson import LessonEvent
from alliance_sim.app.lesson.lesson_file import load_lesson
from alliance_sim.app.lesson_export import one_file as one_file_module
from alliance_sim.app.lesson_export import routes
from alliance_sim.app.lesson_export.animation import LAST_MS, animation
from alliance_sim.app.lesson_export.drawing import spread
from alliance_sim.app.lesson_export.kept_lesson import keep_lesson
from alliance_sim.app.lesson_export.one_file import one_file
from alliance_sim.app.lesson_export.routes import FILES, PATHS, KeptFiles
from alliance_sim.app.lesson_export.slides import file_name, slide
from alliance_sim.app.server.access import Access, Policy, served_origins
from tests.app.asgi import PORT, Inner, request

LESSON = """
title = "Who shares <b>more</b>?"
question = "Does it matter whether schools are open?"
years = 3
shown_years = 1
seed = 4
[a]
title = "Open & free"
base = "silicon_valley"
set = { "population.schools" = 6, "population.alliance_size" = 3, "population.teachers_median" = 6 }
[b]
title = "Closed </script><script>alert(1)</script>"
base = "route128"
set = { "population.schools" = 6, "population.alliance_size" = 3, "population.teachers_median" = 6 }
[[screens]]
id = "bet"
kind = "bet"
label = "Your bet"
question = "How much will each share?"
[[screens]]
id = "reveal"
kind = "reveal"
label = "Reveal"
[[screens]]
id = "event"
kind = "event"
label = "What if"
outcome = "trust"
events = [{ event = "betrayal", year = 2 }, { event = "funding_ends", year = 1 }]
"""


@pytest.fixture(scope="module")
def lesson(tmp_path_factory):
    path = tmp_path_factory.mktemp("lesson") / "mine.toml"
    path.write_text(LESSON.replace("Closed </script><script>alert(1)</script>", "Closed <!--</script>"))
    return load_lesson(path)


@pytest.fixture(scope="module")
def kept(lesson):
    return keep_lesson(lesson)


def data_of(page):
    return json.loads(re.search(r'<script type="application/json" id="lesson">(.*?)</script>', page)[1])


def test_a_lesson_keeps_both_runs_without_an_event_and_with_each_that_was_tried(lesson, kept):
    assert [branch.sentence for branch in kept.branches] == [
        "No event", "A school breaks every promise, year 2", "Money for meetings ends, year 1",
    ]  # fmt: skip
    assert (kept.known_until, kept.half_terms, kept.seed) == (6, 18, 4)
    tried = LessonEvent("head_leaves", 2.5, "b", "largest")
    found = keep_lesson(lesson, [tried, tried, LessonEvent("merger", 3.0)])
    assert [branch.half_term for branch in found.branches] == [None, 15], "once, and only if it is before the end"
    assert found.branches[1].label == "A head leaves, only in B"


def test_the_file_holds_curves_networks_and_events_and_is_small(kept):
    page = one_file(kept)
    assert len(page.encode()) < 200_000
    data = data_of(page)
    assert data["names"] == ["Open & free", "Closed <!--</script>"]
    assert [branch["at"] for branch in data["branches"]] == [None, 12, 6]
    outcome = data["outcomes"][0]
    assert outcome["title"] == "Acts of help"
    assert all(len(curve) == 19 for pair in outcome["means"] for curve in pair)
    network = data["branches"][1]["networks"][0]
    assert len(base64.b64decode(network["trust"])) == 19 * 6
    assert len(base64.b64decode(network["flow"])) == 19 * len(network["pairs"]) // 2
    assert "seed 4" in data["source"]
    assert "18 months" not in data["about"]
    assert "years 0 to 3" in data["about"]


def test_the_file_asks_for_nothing_and_no_text_of_a_lesson_can_become_a_script(kept):
    page = one_file(kept)
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)[1]
    assert "default-src &#x27;none&#x27;" in policy
    assert "connect-src" not in policy
    assert "unsafe" not in policy
    assert not re.search(r"\b(?:src|href)\s*=\s*[\"'](?!data:)|@import|url\((?!#)|fetch\(|XMLHttpRequest", page)
    assert page.count("<script") == 3
    assert page.count("</script>") == 3
    assert "<!--" not in page
    assert "<title>Who shares &lt;b&gt;more&lt;/b&gt;?</title>" in page
    assert not re.search(r"localStorage|sessionStorage|document\.cookie", page), "a frame of another site has none"


def test_the_same_lesson_gives_the_same_file(lesson, kept):
    assert one_file(kept) == one_file(keep_lesson(lesson))


def test_a_large_lesson_leaves_out_detail_and_one_that_is_too_large_is_refused(kept, monkeypatch):
    whole = len(one_file(kept).encode())
    monkeypatch.setattr(one_file_module, "LARGEST", whole - 1)
    less = one_file(kept)
    assert len(less.encode()) < whole
    assert data_of(less)["branches"][0]["networks"], "the runs without an event keep their networks"
    monkeypatch.setattr(one_file_module, "LARGEST", 10_000)
    with pytest.raises(ValueError, match="too many schools"):
        one_file(kept)


def test_a_lesson_without_two_systems_cannot_be_kept(lesson):
    none = replace(lesson, screens=(replace(lesson.screens[0], kind="favour"),))
    with pytest.raises(ValueError, match="no screen shows two systems"):
        keep_lesson(none)


def texts_of(svg):
    import html

    return [html.unescape(one) for one in re.findall(r"<text[^>]*>([^<]*)</text>", svg.decode())]


def test_a_slide_has_title_unit_legend_event_question_seed_and_year(kept):
    texts = texts_of(slide(kept, "svg", branch=2))
    for one in (
        "What if money for meetings ends in year 1?", "Acts of help", "(per 100 teachers each half-term)",
        "Money for meetings ends, year 1", "the same run without the event", "the difference", "year 3",
    ):  # fmt: skip
        assert one in texts, texts
    assert any("seed 4 · silicon_valley, route128" in one for one in texts)
    assert any("not a forecast" in one for one in texts)
    assert any(one.startswith("A Open & free: ") for one in texts)
    assert any(one.startswith("B without the event: ") for one in texts)
    assert "How much will each share?" in texts_of(slide(kept, "svg"))


def test_a_slide_of_a_covered_outcome_ends_where_the_class_bets(kept):
    texts = texts_of(slide(kept, "svg", branch=1, is_revealed=False))
    assert "not shown yet" in texts
    assert not any(one.startswith(("A Open & free:", "A without", "What if")) for one in texts)
    first = kept.without_event[0]
    other = first.outcomes.copy()
    other[7:] *= 3.0
    changed = replace(kept.branches[0], runs=(replace(first, outcomes=other), kept.without_event[1]))
    covered = [slide(one, "svg", is_revealed=False) for one in (kept, replace(kept, branches=(changed,)))]
    assert covered[0] == covered[1], "later values influence nothing"
    assert slide(kept, "svg") != slide(replace(kept, branches=(changed,)), "svg")


@pytest.mark.parametrize(("kind", "begins"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_slides_have_three_formats_and_the_same_bytes_each_time(kept, kind, begins):
    made = slide(kept, kind, branch=1)
    assert made.startswith(begins)
    assert made == slide(kept, kind, branch=1)
    if kind == "png":
        assert Image.open(io.BytesIO(made)).size == (1920, 1080)


def test_a_slide_that_does_not_exist_is_refused(kept):
    with pytest.raises(ValueError, match="no format"):
        slide(kept, "bmp")
    with pytest.raises(ValueError, match="no branch"):
        slide(kept, "png", branch=9)


def test_labels_keep_their_distance_and_their_order():
    places = spread([5.0, 5.1, 5.2, 9.0], 1.0)
    assert all(b - a >= 1.0 - 1e-6 for a, b in pairwise(places))
    assert sum(places[:3]) == pytest.approx(15.3, abs=0.01)


def test_the_animation_has_one_picture_for_each_half_term_and_moves(kept):
    made = Image.open(io.BytesIO(animation(kept, branch=1)))
    assert (made.n_frames, made.size) == (19, (960, 540))
    assert made.info["loop"] == 0
    pictures = []
    for frame in range(made.n_frames):
        made.seek(frame)
        pictures.append(made.convert("RGB").tobytes())
    assert made.info["duration"] == LAST_MS
    assert len(set(pictures)) == 19


def test_a_file_name_is_plain(kept):
    assert file_name(kept, 0, "png") == "who_shares_bmoreb.png"
    assert re.fullmatch(r"[a-z0-9_]+\.pdf", file_name(kept, 1, "pdf"))


LINK = "?mode=lesson&screen=bet"


@pytest.fixture
def served(lesson):
    inner = Inner()
    policy = Policy(served_origins("127.0.0.1", PORT), token="secret", pass_value="pass")
    files = KeptFiles(inner, lambda _search: lesson)
    return Access(files, policy, further=PATHS), {"cookie": f"{policy.cookie}=pass"}, inner


def test_the_page_offers_every_file_as_an_attachment_and_only_with_the_token(served, monkeypatch):
    app, lecturer, inner = served
    monkeypatch.setattr(routes, "animation", lambda *_: b"GIF89a")
    monkeypatch.setattr(routes, "slide", lambda *_, **__: b"slide")
    for name, media in FILES.items():
        answer = request(app, f"/keep/{name}{LINK}&revealed=1", lecturer)
        assert answer.status == 200, answer.text
        assert answer.header("content-type").startswith(media)
        assert re.fullmatch(r'attachment; filename="[a-z0-9_]+\.\w+"', answer.header("content-disposition"))
        assert request(app, f"/keep/{name}").status == 403
        assert request(app, f"/keep/{name}", lecturer, method="POST").status == 404
    assert inner.asked == []
    assert request(app, "/keep/other", lecturer).status == 404
    assert request(app, "/", lecturer).status == 200
    assert len(inner.asked) == 1


def test_no_file_of_the_page_gives_a_covered_outcome_away(served, monkeypatch):
    app, lecturer, _ = served
    asked = []
    monkeypatch.setattr(
        routes, "slide", lambda kept, kind, branch, is_revealed: asked.append((branch, is_revealed)) or b""
    )
    event = "&event=12.both.betrayal:largest"
    assert request(app, f"/keep/slide.png{LINK}{event}", lecturer).status == 200
    assert request(app, f"/keep/slide.png{LINK}&bet=30,10{event}", lecturer).status == 200
    assert request(app, f"/keep/slide.png{LINK}&bet=30,10&revealed=1{event}", lecturer).status == 200
    assert asked == [(0, False), (0, False), (1, True)]
    standing = request(app, f"/keep/animation.gif{LINK}&bet=30,10", lecturer)
    assert standing.status == 409
    assert "A bet stands" in standing.text
    assert request(app, f"/keep/animation.gif{LINK}", lecturer).status == 409


def test_an_address_that_cannot_be_followed_gives_the_lesson_from_its_start(served):
    app, lecturer, _ = served
    answer = request(app, "/keep/lesson.html?event=%00&screen=" + "x" * 5000, lecturer)
    assert answer.status == 200
    assert "application/json" in answer.text
