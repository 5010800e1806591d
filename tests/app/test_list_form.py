"""The form about a list that was opened in the page: choices are checked, and no other file is accessed."""

import base64
from dataclasses import replace

import pytest

from alliance_sim.app.session.list_form import FIELDS, form_of, with_form
from alliance_sim.app.session.permalinks import link, restore_session
from alliance_sim.app.session.session_config import RefusedError, Schools
from alliance_sim.app.session.uploads import list_in, setup_with_list
from alliance_sim.schools import SchoolListError
from alliance_sim.schools.choices import choices_of

LIST = "Kura,Tamariki,Hub,Kind,Area\n" + "".join(
    f"School {at},{200 + at},{'North' if at % 2 else 'South'},{'Primary' if at < 8 else 'Secondary'},A{at % 3}\n"
    for at in range(12)
)
COLUMNS = {"name": "Kura", "pupils": "Tamariki", "phase": "Kind"}


@pytest.fixture
def opened() -> Schools:
    return Schools("mine.csv", content=LIST.encode())


def test_a_list_that_cannot_be_read_is_refused_with_a_remedy_and_can_be_read_with_the_form(session, opened):
    before = session.setup
    with pytest.raises(SchoolListError, match=r"form “How mine\.csv is read”") as refused:
        setup_with_list(before, opened)
    assert str(refused.value).count(".") < 4
    assert "\n" not in str(refused.value)

    form = form_of(opened)
    assert form["titles"] == ["Kura", "Tamariki", "Hub", "Kind", "Area"]
    assert [field["name"] for field in form["fields"]] == list(FIELDS)

    chosen = with_form(opened, {"columns": COLUMNS, "where": "Area = A0 | A1\n\n", "phase": "primary", "groups": "Hub"})
    setup, message = setup_with_list(before, chosen)
    session.open(setup)
    assert message.startswith("mine.csv: 6 schools")
    assert set(session.runs[0].model.roster.alliance_name) == {"North", "South"}
    assert form_of(chosen) | {"titles": []} == form_of(opened) | {
        "titles": [], "columns": COLUMNS, "where": "Area = A0 | A1", "phase": "primary", "groups": "Hub",
    }  # fmt: skip


def test_names_can_be_replaced_in_the_page_and_in_its_link(session, opened):
    hidden = with_form(opened, {"columns": COLUMNS, "anonymise": True})
    setup, message = setup_with_list(session.setup, hidden)
    session.open(setup)
    assert "mine.csv" not in message
    assert all(name.startswith("School ") for name in session.runs[0].model.roster.name)
    assert "mine.csv" not in link(session)
    assert restore_session(link(session), hidden).schools == 12


BAD = {
    "no form": (None, "mine.csv"),
    "columns": ({"columns": []}, "did not arrive"),
    "field": ({"columns": {"pupls": "Tamariki"}}, "columns has 'pupls', but must have fields"),
    "title": ({"columns": COLUMNS | {"pupils": 7}}, "did not arrive, or is too long"),
    "twice": ({"columns": {"name": "Kura", "pupils": "Kura"}}, "one title to two fields"),
    "condition": ({"columns": COLUMNS, "where": "Hub"}, "must be a column, a sign and a value"),
    "conditions": ({"columns": COLUMNS, "where": "Hub = A\n" * 11}, "more than 10 conditions"),
    "no row": ({"columns": COLUMNS, "where": "Hub = East"}, "no row has Hub = East"),
    "distance": ({"columns": COLUMNS, "farthest": "far"}, "give kilometres, such as 10"),
    "far": ({"columns": COLUMNS, "farthest": "0"}, "farthest"),
    "long": ({"columns": COLUMNS, "phase": "x" * 5000}, "too long"),
    "phase": ({"columns": COLUMNS, "phase": "tertiary"}, "no row has phase tertiary"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_choice_that_is_not_allowed_is_refused_in_one_sentence(session, opened, case):
    given, sentence = BAD[case]
    with pytest.raises((RefusedError, SchoolListError)) as refused:
        setup_with_list(session.setup, with_form(opened, given))
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_group_column_names_no_file(session, opened, tmp_path):
    secret = tmp_path / "groups.csv"
    secret.write_text("name,alliance\nSchool 1,secret\n")
    refusals = []
    for path in (secret, tmp_path / "absent.csv"):
        with pytest.raises(SchoolListError) as refused:
            setup_with_list(session.setup, with_form(opened, {"columns": COLUMNS, "groups": str(path)}))
        refusals.append(str(refused.value).replace(path.name, "x.csv"))
    assert refusals[0] == refusals[1]
    assert "there is no column" in refusals[0]
    further = replace(opened, choices=choices_of(columns=COLUMNS, attainment=str(secret)))
    with pytest.raises(SchoolListError, match="further files cannot be read here"):
        setup_with_list(session.setup, further)


def test_a_warning_about_a_list_is_shown(session):
    content = "name,pupils,Easting,Northing\n" + "".join(f"S{at},{90 + at},-0.{at}1,51.2\n" for at in range(6))
    _, message = setup_with_list(session.setup, Schools("degrees.csv", content=content.encode()))
    assert "Warning: " in message


def test_a_list_is_no_config():
    content = base64.b64encode(LIST.encode()).decode()
    found = list_in({"what": "schools", "name": "a/b/mine.csv", "content": content})
    assert found is not None
    assert (found.name, found.content) == ("mine.csv", LIST.encode())
    assert list_in({"what": "a", "name": "x.toml", "content": content}) is None


def test_a_served_list_is_read_as_the_command_chose(session, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(LIST)
    served = Schools("mine.csv", path, choices=choices_of(columns=COLUMNS, phase="secondary", groups="Hub"))
    assert served.as_grouped_by(session.setup.first.configuration).roster.schools == 4
