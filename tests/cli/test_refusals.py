"""Refused input: exit code 2, a sentence with the place and a remedy, no traceback, nothing written."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from alliance_sim.cli import output

REFUSED = {
    "no such config": (("run", "silicon_vally"), ("silicon_vally", 'did you mean "silicon_valley"')),
    "no config": (("run",), ("CONFIG", "run --help")),
    "one config too many": (("run", "baseline", "route128"), ("route128", "run --help")),
    "no such command": (("rum", "baseline"), ("'rum'", "'run'")),
    "no such option": (("run", "baseline", "--sed", "1"), ("--sed", "--help")),
    "an option without its value": (("run", "baseline", "--seed"), ("--seed", "argument")),
    "a negative seed": (("run", "baseline", "--seed", "-1"), ("--seed", "from 0 to")),
    "a seed too large": (("run", "baseline", "--seed", str(2**64)), ("--seed", "from 0 to 18,446,744,073,709,551,615")),
    "an endless seed": (("run", "baseline", "--seed", "9" * 5000), ("--seed", "out of bounds")),
    "a seed in words": (("run", "baseline", "--seed", "seven"), ("--seed", "not a whole number")),
    "half a seed": (("run", "baseline", "--seed", "1.5"), ("--seed", "not a whole number")),
    "no time": (("run", "baseline", "--half-terms", "0"), ("--half-terms", "from 1 to 6,000")),
    "too much time": (("run", "baseline", "--half-terms", "6001"), ("--half-terms", "from 1 to 6,000")),
    "CSV without a folder": (("run", "baseline", "--csv"), ("--csv", "--out")),
    "a word for --set": (("run", "baseline", "--set", "trust"), ("--set trust", "NAME=VALUE")),
    "a percentage": (("run", "baseline", "--set", "trust.initial=45%"), ("--set", "0.45")),
    "an unknown parameter": (("run", "baseline", "--set", "trust.gian=1"), ("trust.gian", "did you mean 'trust.gain'")),
    "too many schools": (("run", "baseline", "--set", "population.schools=9999999"), ("memory", "lower")),
    "no such list": (("run", "baseline", "--schools", "nowhere.csv"), ("nowhere.csv",)),
    "a folder for a list": (("schools", "."), (".", "directory")),
    "one config to compare": (("compare", "baseline"), ("two configs", "baseline")),
    "a config twice": (("compare", "baseline", "baseline"), ("baseline", "twice")),
    "one seed": (("compare", "baseline", "isolated", "--seeds", "1"), ("--seeds", "from 2 to")),
    "seeds beyond the last": (("compare", "baseline", "isolated", "--seed", str(2**64 - 1)), ("--seed", "2^64")),
    "no workers": (("compare", "baseline", "isolated", "--workers", "0"), ("--workers", "from 1 to")),
    "two bad configs": (("compare", "baselin", "isolatd"), ("baselin", "isolatd")),
    "a word nowhere found": (("parameters", "xyzzy"), ("xyzzy", "alliance-sim parameters")),
    "nothing to check": (("check",), ("--schema",)),
    "a list that is none": (("schools", os.devnull), (os.devnull,)),
    "a list without a name": (("run", "baseline", "--schools", ""), ("its name is empty", "CSV")),
    "a folder without a name": (("run", "baseline", "--out", ""), ("--out", "empty", ". for the current folder")),
    "a folder named by a blank": (("compare", "baseline", "isolated", "--out", " "), ("--out", "empty")),
    "a name on two lines": (("run", "base\nline"), ("base", "there is no config or file called")),
    "a name that a terminal obeys": (("check", "\x1b[31mred"), ("[31mred", "there is no config or file called")),
    "a folder on two lines": (("run", "baseline", "--out", f"{os.devnull}/\n/x"), ("--out", "not a folder")),
    "too many ties": (
        ("run", "baseline", "--set", "population.schools=10000000", "--set", "population.alliance_size=1000"),
        ("population.schools is 10000000", "2,147,483,647", "lower population.schools"),
    ),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


REFUSED_PAGES = {
    "no such lesson": (("serve", "--lesson", "who_share_more"), ("who_share_more", 'did you mean "who_shares_more"')),
    "a misspelt lesson": (("check", "who_share_more"), ("who_share_more", 'did you mean "who_shares_more"')),
    "an address without a scheme": (("serve", "--allow-origin", "lecture.example"), ("--allow-origin", "https://")),
    "every address": (("serve", "--allow-origin", "*"), ("--allow-origin", "'*'")),
    "a root path that is none": (("serve", "--root-path", "/a b"), ("--root-path", "/lecture")),
    "no sessions": (("serve", "--sessions", "0"), ("--sessions", "from 1 to")),
    "no memory": (("serve", "--memory", "0"), ("--memory", "from 1 to")),
}
"""``serve`` has no ``--json``."""


@pytest.mark.parametrize("case", [*REFUSED, *REFUSED_PAGES])
def test_input_is_refused(say, case, tmp_path):
    words, parts = {**REFUSED, **REFUSED_PAGES}[case]
    heard = say(*words)
    assert (heard.code, heard.out) == (2, "")
    assert [part for part in parts if part not in heard.err] == []
    assert "Traceback" not in heard.err
    assert not set("╭│╰\x1b") & set(heard.err)
    assert len(heard.err.splitlines()) == (2 if case == "two bad configs" else 1)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("case", REFUSED)
def test_input_is_refused_in_json(say, case):
    words, parts = REFUSED[case]
    words = (words[0], "--json", *words[1:])
    heard = say(*words)
    document = json.loads(heard.out)
    assert (heard.code, heard.err) == (2, "")
    sentences = " ".join(f"{problem['sentence']} {problem.get('file')}" for problem in document["problems"])
    assert [part for part in parts if part not in sentences + document["error"]] == []


RUN = ("run", "baseline", "--half-terms", "1")


def test_a_folder_with_files_is_refused(say, small, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("precious")
    heard = say(*RUN, *small, "--out", "full")
    assert heard.code == 2
    assert "full: the folder is not empty; give a new or an empty one" in heard.err
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("out", ["file", "file/below", "file/far/below", "dangling"])
def test_an_output_that_is_no_folder_is_refused(say, small, tmp_path, out):
    (tmp_path / "file").write_text("precious")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    heard = say(*RUN, *small, "--out", out)
    assert heard.code == 2
    assert "not a folder" in heard.err
    assert (tmp_path / "file").read_text() == "precious"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_refused(say, small, tmp_path):
    (tmp_path / "locked").mkdir(mode=0o500)
    heard = say(*RUN, *small, "--out", "locked/result")
    assert heard.code == 2
    assert "cannot be written to" in heard.err


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="only Linux has folders that take none")
@pytest.mark.parametrize("out", ["/proc/x", "/proc/x/y"])
def test_the_message_names_the_folder_as_the_user_wrote_it(say, small, out):
    heard = say(*RUN, *small, "--out", out)
    assert (heard.code, heard.err) == (2, f"--out {out}: no folder can be made in /proc; give another place\n")


def test_a_file_error_names_the_users_folder(say, small, tmp_path, monkeypatch):
    def denied(document: object, path: Path) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr(output, "write_json", denied)
    heard = say(*RUN, *small, "--out", "result")
    assert heard.code == 2
    assert f"({tmp_path / 'result' / 'provenance.json'})" in heard.err
    assert "partial" not in heard.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["run", "compare"])
def test_a_list_of_schools_with_too_many_ties_is_refused(say, tmp_path, command):
    """3,000 schools of 3,000 teachers in one group: 27 thousand million ties."""
    rows = "".join(f"School {number},60000,One\n" for number in range(3000))
    (tmp_path / "county.csv").write_text(f"name,pupils,alliance\n{rows}")
    configs = ("baseline",) if command == "run" else ("baseline", "isolated")
    heard = say(command, *configs, "--schools", "county.csv", "--out", "result")
    assert (heard.code, heard.out) == (2, "")
    assert heard.err.startswith("county.csv: 3,000 schools are too many here: about 9,000,000 teachers")
    assert len(heard.err.splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["county.csv"]


@pytest.mark.parametrize("there", [True, False])
def test_a_full_disk_leaves_no_files(say, small, tmp_path, monkeypatch, there):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(output, "write_json", full)  # the last thing written
    if there:
        (tmp_path / "result").mkdir()
    heard = say(*RUN, *small, "--out", "result" if there else "deep/er/result")
    assert heard.code == 2
    assert "the disk is full" in heard.err
    assert "--out" in heard.err
    assert [path.name for path in tmp_path.iterdir()] == (["result"] if there else [])
    assert list(tmp_path.glob("result/*")) + list(tmp_path.glob("result/.*")) == []


def test_a_bug_is_not_hidden(say, small, tmp_path, monkeypatch):
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(output, "write_json", broken)
    with pytest.raises(ZeroDivisionError):
        say(*RUN, *small, "--out", "result")
    assert list(tmp_path.iterdir()) == []
