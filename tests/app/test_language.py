"""Another language: no text lacks a translation, and none of the English ones is left where a class reads."""

import json
import re
import threading
from string import Formatter

import pytest

from alliance_sim.app import language
from alliance_sim.app.classroom.classroom import Classroom
from alliance_sim.app.classroom.own_systems import LEVERS
from alliance_sim.app.classroom.phone_page import phone_page
from alliance_sim.app.language import ENGLISH, LOCALES, catalogue, known_language, languages, speaking
from alliance_sim.app.lesson import schema
from alliance_sim.app.lesson.class_following import class_words, follow
from alliance_sim.app.lesson.keep_words import keep_words
from alliance_sim.app.lesson.lesson_file import load_lesson
from alliance_sim.app.lesson.scenes import scene
from alliance_sim.app.lesson.served import Served
from alliance_sim.app.lesson.state import LessonState, from_link
from alliance_sim.app.lesson.translation import in_language
from alliance_sim.app.lesson.words import page_words
from alliance_sim.app.lesson_export.kept_lesson import keep_lesson
from alliance_sim.app.lesson_export.one_file import one_file
from alliance_sim.app.lesson_export.slides import slide
from alliance_sim.app.translation_catalogue import all_texts, missing, stored, update
from alliance_sim.cli.commands.serve import Network, serve
from alliance_sim.cli.errors import Refusal
from alliance_sim.schools.choices import Choices

OTHERS = [code for code in languages() if code != ENGLISH]
SMALL = '{ "population.schools" = 6, "population.alliance_size" = 3, "population.teachers_median" = 6 }'
# Small systems of the shipped lesson, so that its own texts are shown.
LESSON = (
    re.sub(
        r"set = \{ (.*?) \}",
        lambda found: f"set = {SMALL[:-2]}" + (', "coordinator.present" = false }' if "false" in found[1] else " }"),
        load_lesson().path.read_text("utf-8"),
    )
    .replace("years = 10", "years = 4")
    .replace("year = 3", "year = 2")
    .replace("runs = 30", "runs = 5")
)
STATES = {
    "favour": "helped=1", "promise": "promises=110", "ladder": "played=ladder", "coordinator": "",
    "systems": "played=systems", "bet": "bet=30,20", "reveal": "bet=30,20&revealed=1",
    "what_if": "revealed=1&event=12.both.betrayal:largest", "chance": "revealed=1&runs=1",
}  # fmt: skip
SAME = {
    "Asha",
    "Ben",
    "Band",
    "band",
    "System",
    "Animation (GIF)",
    "Pause",
    "PNG",
    "Deutsch",
    "English",
    "alliance-sim",
}
"""Words that are the same in both languages, and names."""
NOT_READ = {"id", "kind", "mark", "act", "letter", "row", "language", "link", "join_path", "system", "short", "school"}
"""Keys whose values are for the page's own use."""


@pytest.fixture(scope="module")
def lesson(tmp_path_factory):
    path = tmp_path_factory.mktemp("lesson") / "mine.toml"
    path.write_text(LESSON, "utf-8")
    return load_lesson(path)


def leaves(value, key=""):
    """Yield each text with the key under which it is stored."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from leaves(one, name)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from leaves(one, key)
    elif isinstance(value, str):
        yield key, value


def unchanged(one, other):
    """Return the words of one text that the same place has in the other language, too."""
    found = []
    for (key, first), (_key, second) in zip(leaves(one), leaves(other), strict=True):
        if key == "name" and re.fullmatch(r"School \d+", first):
            continue  # the name by which the model knows a school; its title is shown
        if key not in NOT_READ and first == second and re.search(r"[A-Za-z]{3}", re.sub(r"\{\w+\}", "", first)):
            found.append(first)
    return set(found) - SAME


def both(lesson, search, code):
    return [from_link(one, "?" + search) for one in (lesson, in_language(lesson, code))]


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_has_a_translation(code):
    assert missing(code) == []


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_has_the_fields_and_colours_of_the_text(code):
    for message in stored(code):
        if not message.id:
            continue
        originals = message.id if isinstance(message.id, tuple) else (message.id,)
        translations = message.string if isinstance(message.string, tuple) else (message.string,)
        allowed = {name for text in originals for _, name, _, _ in Formatter().parse(text) if name}
        for text in translations:
            assert {name for _, name, _, _ in Formatter().parse(text) if name} <= allowed, text
            assert text.count("[") == text.count("]")
        last = {name for _, name, _, _ in Formatter().parse(originals[-1]) if name}
        assert {name for _, name, _, _ in Formatter().parse(translations[-1]) if name} == last, translations[-1]
        assert re.findall(r"\[[abcn*]:", originals[-1]) == re.findall(r"\[[abcn*]:", translations[-1])


@pytest.mark.parametrize("code", OTHERS)
def test_a_file_has_no_text_that_is_no_longer_shown(code, tmp_path, monkeypatch):
    known = {message.id for message in all_texts()}
    assert {message.id for message in stored(code)} <= known
    copy = tmp_path / f"{code}.po"
    copy.write_bytes((LOCALES / f"{code}.po").read_bytes())
    monkeypatch.setattr("alliance_sim.app.translation_catalogue.LOCALES", tmp_path)
    update(code)
    assert copy.read_bytes() == (LOCALES / f"{code}.po").read_bytes(), "update the file: see CONTRIBUTING.md"


@pytest.mark.parametrize("code", OTHERS)
def test_the_texts_of_the_shipped_lesson_fit_their_places(code):
    for screen in in_language(load_lesson(), code).screens:
        assert len(screen.title) <= schema.LONGEST_TITLE
        assert len(screen.question) <= schema.LONGEST_TITLE
        assert len(screen.caption) <= schema.LONGEST_CAPTION
        assert len(screen.label) <= schema.LONGEST_LABEL
        assert all(len(one) <= schema.LONGEST_SPEECH for one in screen.speech)
        assert all(len(system.title) <= schema.LONGEST_LABEL for system in screen.systems)


@pytest.mark.parametrize("code", OTHERS)
@pytest.mark.parametrize("screen", STATES)
def test_no_english_is_left_on_a_screen(lesson, code, screen):
    english, other = both(lesson, f"screen={screen}&{STATES[screen]}", code)
    assert other.screen.id == screen
    before, built = scene(english), scene(other)
    assert built["title"] != before["title"]
    assert unchanged(before, built) == set()
    assert not re.search(r"\d\.\d", built["caption"])  # decimals have the sign of the language


@pytest.mark.parametrize("code", OTHERS)
@pytest.mark.parametrize("kind", [event.kind for event in load_lesson().screens[7].events])
def test_no_english_is_left_after_an_event(lesson, code, kind):
    english, other = both(lesson, f"screen=what_if&revealed=1&event=13.b.{kind}:largest", code)
    assert other.event.kind == kind
    assert unchanged(scene(english), scene(other)) == set()


@pytest.mark.parametrize("code", OTHERS)
def test_no_english_is_left_in_labels_phones_and_class(lesson, code):
    found = []
    for state in both(lesson, "screen=bet", code):
        classroom = Classroom()
        follow(classroom, state)
        assert classroom.language == state.lesson.language
        with speaking(state.lesson.language):
            words = page_words() | keep_words(state) | class_words(classroom, "http://192.0.2.1", "/bets")
            levers = [(lever.to_json()["title"], lever.to_json()["choices"]) for lever in LEVERS]
        words["glossary"] = [*words["glossary"], *words["glossary"].values()]
        own = {"languages", "join_code", "join_address", "join_path", "bets_address"}
        page, _policy = phone_page(classroom.language)
        assert f'lang="{classroom.language}"' in page
        data = json.loads(re.search(r'id="words">(.*?)</script>', page)[1])
        phone = classroom.phones.find(classroom.phones.join("192.0.2.1"))
        question = classroom.state(phone)["question"]
        shown = [{key: text for key, text in words.items() if key not in own}, levers, data, question]
        found.append({text for _key, text in leaves(shown)})
    english, other = found
    assert len(english) > 100
    left = {text for text in english & other if re.search("[A-Za-z]{3}", re.sub(r"\{\w+\}", "", text))}
    assert left <= SAME


def _texts_of(data):
    """Return the data of a file without its packed numbers."""
    if "branches" not in data:
        return data
    labels = [branch["label"] for branch in data["branches"]]
    outcomes = [(one["title"], one["unit"]) for one in data["outcomes"]]
    return {key: value for key, value in data.items() if key not in ("branches", "outcomes")} | {
        "labels": labels, "shown": outcomes,
    }  # fmt: skip


@pytest.mark.parametrize("code", OTHERS)
def test_no_english_is_left_in_files(lesson, code):
    kept = [keep_lesson(one) for one in (lesson, in_language(lesson, code))]
    for part in ("words", "lesson"):
        english, other = (
            json.loads(re.search(rf'id="{part}">(.*?)</script>', one_file(one))[1].replace("\\u003c", "<"))
            for one in kept
        )
        assert unchanged(_texts_of(english), _texts_of(other)) == set()
    for one in kept[0].branches:
        assert one.sentence not in {other.sentence for other in kept[1].branches}
    texts = [set(re.findall(r"<text[^>]*>([^<]+)</text>", slide(one, "svg", branch=1).decode())) for one in kept]
    left = {text for text in texts[0] & texts[1] if re.search("[A-Za-z]{3}", text)}
    assert left == set()
    assert f'<html lang="{code}">' in one_file(kept[1])


def test_numbers_have_the_signs_of_the_language():
    with speaking("de"):
        assert (language.number(1234.5, 1), language.percent(0.45)) == ("1.234,5", "45\u00a0%")
        assert language.short_number(3.5) == "3,5"
    assert (language.number(1234.5, 1), language.percent(0.45)) == ("1,234.5", "45%")


def test_each_language_is_offered_by_its_own_name():
    with speaking("de"):
        assert page_words()["languages"] == [["en", "English"]]
    assert page_words()["languages"] == [["de", "Deutsch"]]


def test_a_language_is_looked_up_where_it_is_spoken_and_not_in_other_threads():
    found = []
    with speaking("de"):
        thread = threading.Thread(target=lambda: found.append(language.language()))
        thread.start()
        thread.join()
        assert language._("Next") == "Weiter"
    assert found == [ENGLISH]
    assert language._("Next") == "Next"


def test_a_text_that_a_language_lacks_stays_english():
    with speaking("de"):
        assert language._("a text of a lecturer") == "a text of a lecturer"
        assert language._("") == ""
    assert catalogue("cy").gettext("Next") == "Next"


@pytest.mark.parametrize(
    ("given", "expected"),
    [("de", "de"), ("de-CH", "de"), ("DE_at", "de"), ("fr", None), ("", None), ("../de", None), (3, None)],
)
def test_codes_are_known_in_every_form(given, expected):
    assert known_language(given) == expected


def test_address_comes_before_server_and_server_before_file(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(LESSON.replace("seed = 1", 'seed = 1\nlanguage = "de"'), "utf-8")
    served = Served()
    served.use(str(path))
    assert served.lesson_for("").language == "de"
    assert served.lesson_for("?lang=en").language == "en"
    served.use("who_shares_more")
    assert served.lesson_for("?lang=xx").language == "en"
    served.language = "de"
    assert served.lesson_for("").title == "Wer teilt mehr?"
    assert served.lesson_for("?lang=en&screen=bet").title == "Who shares more?"


def test_the_address_restores_the_language():
    german = in_language(load_lesson(), "de")
    assert "lang=de" in LessonState(german).link()
    assert "lang" not in LessonState(load_lesson()).link()
    assert "lang=en" in from_link(load_lesson(), "?lang=en").link()


def test_an_unknown_language_is_refused_with_the_known_ones():
    with pytest.raises(Refusal, match="--language: there is no 'tlh'; give one of en, de"):
        serve([], None, Choices(), Network(), False, language="tlh")
