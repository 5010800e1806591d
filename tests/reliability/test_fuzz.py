"""Mutated configs, studies, points and lists are refused in clear sentences, or accepted and run within all bounds.

``FUZZ`` says how many of each kind there are; 50 where it says nothing. A fault names its number, which makes it again.
"""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from alliance_sim import AllianceModel, Scenario
from alliance_sim.cli import main
from alliance_sim.config import (
    ConfigError,
    Configuration,
    changed,
    load_configuration,
    load_untrusted,
    shipped_configs,
    shipped_studies,
)
from alliance_sim.declarations.columns import columns
from alliance_sim.declarations.roster import Roster
from alliance_sim.engine.state import TABLES
from alliance_sim.schools import read_schools
from alliance_sim.study import Study

from . import mutations

FUZZ = int(os.environ.get("FUZZ", "50"))
FIRST = int(os.environ.get("FUZZ_FIRST", "0"))
HALF_TERMS = 3
SECONDS_TO_READ, SECONDS_TO_RUN = 20.0, 300.0
"""CPU time for each input; to run the first one of a kind may include compilation."""
LEAST_ACCEPTED = 0.2
MOST_FAULTS = 5
SMALL = {
    "population.schools": 5,
    "population.alliance_size": 3,
    "population.teachers_median": 4,
    "population.secondary_median": 6,
    "population.teachers_spread": 0.2,
    "population.practice_areas": 3,
}
SHARES = (
    "mutual_trust", "reciprocity", "refusals", "betrayals", "one_wayness", "donor_share", "uphill", "collaboration",
    "trust", "head_trust", "social_capital",
)  # fmt: skip
TRAP = "from pathlib import Path\nPath(__file__).with_name('executed').touch()\n"
POINTS = (
    "trust.initial,policy.funding,coordinator.present,population.subjects,trust.competition_enters\n"
    "0.2,0.5,true,2,additive\n0.45,0.0,false,1,additive\n0.7,1.0,true,3,additive\n"
)
PLAIN = "name,pupils,teachers,id,alliance,east_km,north_km,status,phase,town,postcode\n" + "".join(
    f"School {number},{100 + 7 * number},{5 + number % 9},{number + 1},{'North' if number % 3 else ''},"
    f"{number % 5}.5,{number // 5},Open,Primary,Town {number % 4},ZZ{number % 3 + 1} 1AB\n"
    for number in range(24)
)
STUDIES = (
    'base = "baseline"\nseeds = 2\nhalf_terms = 3\n[design]\n"trust.initial" = [0.2, 0.7]\n',
    'seeds = [3, 5]\n[variants.open]\nbase = "silicon_valley"\n[variants.shut]\nset = {"policy.secrecy" = 1.0}\n',
    'seeds = 2\n[design]\nkind = "sobol"\nn = 4\nexplore = ["policy"]\n',
    'seeds = 2\nat = "end"\n[design]\nkind = "latin_hypercube"\nn = 5\n"trust.initial" = {from = 0.1, to = 0.6}\n',
    'seeds = 2\nschools = "schools.csv"\n[design]\n"policy.funding" = [0.0, 1.0]\n',
    'seeds = 2\n[design]\nfile = "points.csv"\n',
)


class TooSlowError(AssertionError):
    """An input took more than its time."""


@contextmanager
def at_most(seconds: float):
    """Limit the CPU time of what is done inside."""

    def end(*_: object) -> None:
        raise TooSlowError(f"took more than {seconds:g} s of CPU time")

    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def run_within_bounds(configuration: Configuration, roster: Roster | None = None) -> None:
    """Run a few half-terms of a small population; all columns and outcomes stay within their bounds."""
    small = SMALL if roster is None else {"population.practice_areas": 3}
    scenario = Scenario.of(changed(configuration, small), roster=roster)
    model = AllianceModel(scenario, rng=1)
    assert model.roster.schools < 500
    for _ in range(HALF_TERMS):
        model.step()
        for table, rows in zip(TABLES.values(), model.world, strict=True):
            for name, column in columns(table).items() if rows is not None else ():
                values = np.asarray(getattr(rows, name))
                if column.bounds is not None and values.size:
                    low, high = column.bounds
                    assert values.min() >= low, f"{name} {values.min()}"
                    assert values.max() <= high, f"{name} {values.max()}"
                elif values.dtype.kind == "f" and name not in ("east", "north"):
                    assert np.isfinite(values).all(), name
    outcomes = model.outcomes
    assert not np.isinf(outcomes.to_numpy(dtype=float)).any()
    for name in SHARES:
        assert outcomes[name].dropna().between(-1e-9, 1 + 1e-9).all(), name
    assert outcomes["level"].dropna().between(1, 4).all()


def runs(configuration: Configuration) -> bool:
    """Whether it runs, within all bounds; False where it is refused as the schools are known."""
    try:
        with at_most(SECONDS_TO_RUN):
            run_within_bounds(configuration)
    except ConfigError as refused:
        if not refused_late(configuration, refused):
            raise
        return False
    return True


def refused_late(configuration: Configuration, refused: ConfigError) -> bool:
    """Whether an event names a school that is not among those drawn, which a list could have had."""
    named = {event.school for event in configuration.events if event.kind}
    return all("there is no school called" in str(problem) for problem in refused.problems) and bool(named)


class Reading:
    """One folder with the input among the files that it may name, and what the command line makes of it."""

    def __init__(self, folder: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.path, self.capsys = folder, folder / name, capsys
        (folder / "trap.py").write_text(TRAP)
        (folder / "points.csv").write_text(POINTS)
        (folder / "schools.csv").write_text(PLAIN)

    def files(self) -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}

    def accepted(self, data: bytes, *words: str) -> bool:
        """Whether the command accepts it; a refusal is exit code 2 and nothing but sentences with their place."""
        self.path.write_bytes(data)
        before = self.files()
        with at_most(SECONDS_TO_READ):
            code = main(list(words))
        out, err = self.capsys.readouterr()
        executed = self.folder / "executed"
        if b"trap" in data:  # a file of one's own may name programs
            executed.unlink(missing_ok=True)
        written = {path for path in self.files().keys() - before.keys() if "__pycache__" not in path}
        assert not written, f"wrote {written}"
        assert all(self.files()[path] == content for path, content in before.items())
        assert "Traceback" not in out + err
        if code == 0:
            return True
        assert code == 2, f"exit code {code}"
        assert err.strip(), "no sentence"
        for sentence in err.splitlines():
            assert sentence.isprintable()
            assert len(sentence) < 1_500, f"a sentence of {len(sentence)} characters"
        return False


@pytest.fixture
def reading(tmp_path, monkeypatch, capsys):
    """Makes the folder of a kind of input."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def made(name: str) -> Reading:
        return Reading(tmp_path, name, capsys)

    return made


def fuzz(kind: str, originals: list[bytes], mutate: Callable[..., bytes], look: Callable[[bytes], bool]) -> None:
    """Look at many mutations; all faults are reported together, with the numbers that make them again."""
    accepted, faults = 0, []
    for number in range(FIRST, FIRST + FUZZ):
        chance = random.Random(f"{kind} {number}")
        data = mutate(chance.choice(originals), chance)
        try:
            accepted += look(data)
        except Exception as fault:
            faults.append(f"{kind} {number}: {type(fault).__name__}: {str(fault)[:600]}\n{data[-700:]!r}")
            print(f"\n{faults[-1]}", flush=True)
            if len(faults) == MOST_FAULTS:
                break
    print(f"\n{kind}: {accepted} of {FUZZ} accepted ({accepted / FUZZ:.0%}), {len(faults)} faults")
    assert not faults, "\n\n".join(faults)
    assert accepted >= LEAST_ACCEPTED * FUZZ


def test_configs(reading):
    """As files of one's own, and as files of a stranger, which run nothing and read nothing else."""
    folder = reading("mine.toml")

    def look(data: bytes) -> bool:
        strangers, problems = None, ()
        try:
            with at_most(SECONDS_TO_READ):
                strangers = load_untrusted(data, "mine.toml")
        except ConfigError as refused:
            problems = refused.problems
        assert all(problem.file == "mine.toml" and "\n" not in str(problem) for problem in problems)
        assert not (folder.folder / "executed").exists()
        if not folder.accepted(data, "check", "mine.toml"):
            assert strangers is None
            return False
        configuration = load_configuration("mine.toml")
        if strangers is not None:
            assert strangers.hash == configuration.hash
        return runs(configuration)

    fuzz("configs", [path.read_bytes() for path in shipped_configs().values()], mutations.mutated_config, look)


def test_studies(reading):
    """Every point of an accepted study can be made; the first and the last are run."""
    folder = reading("mine.toml")

    def look(data: bytes) -> bool:
        if not folder.accepted(data, "check", "mine.toml"):
            return False
        if b"[design]" not in data and not mentions_a_study(data):
            return True
        return study_runs("mine.toml")

    written = [f'question = "What if?"\n{text}'.encode() for text in STUDIES]
    shipped = [
        path.read_bytes().replace(b"../example_schools.csv", b"schools.csv") for path in shipped_studies().values()
    ]
    fuzz("studies", [*written, *shipped], mutations.mutated_study, look)


def mentions_a_study(data: bytes) -> bool:
    return any(key in data for key in (b"seeds", b"variants", b"keep", b"base ="))


def study_runs(path: str) -> bool:
    try:
        study = Study.load(path)
    except ConfigError:  # ``check`` took it for a config
        load_configuration(path)
        return True
    return all(runs(study.points[number].scenario) for number in {0, len(study.points) - 1})


def test_points(reading):
    """A file of points beside a sound study."""
    folder = reading("points.csv")
    (folder.folder / "mine.toml").write_text('question = "What if?"\nseeds = 1\n[design]\nfile = "points.csv"\n')

    def look(data: bytes) -> bool:
        return folder.accepted(data, "check", "mine.toml") and study_runs("mine.toml")

    fuzz("points", [POINTS.encode()], mutations.mutated_points, look)


def test_lists_of_schools(reading):
    """The shipped list, and a plain one."""
    folder = reading("mine.csv")
    baseline = load_configuration("baseline")
    shipped = shipped_configs()["baseline"].with_name("example_schools.csv")

    def look(data: bytes) -> bool:
        if not folder.accepted(data, "schools", "mine.csv"):
            return False
        found = read_schools("mine.csv", alliance_size=6, pupils_per_teacher=2_000.0)
        with at_most(SECONDS_TO_RUN):
            run_within_bounds(baseline, found.roster)
        return True

    fuzz("lists", [shipped.read_bytes(), PLAIN.encode()], mutations.mutated_list, look)


SMALL_LINK = "&".join(
    f"{side}.{name}={value}" for side in ("a", "b") for name, value in SMALL.items() if isinstance(value, int)
)
LINKS = (
    f"a=silicon_valley&b=route128&{SMALL_LINK}&seed=7&at=3",
    f"a=baseline&b=cosy_club&{SMALL_LINK}&b.trust.initial=0.3&b.title=Mine&seed=1&do=1.a.betrayal:2&at=3",
    f"a=baseline&b=baseline&{SMALL_LINK}&a.event=0.5:policy.funding=0.2&do=2.both.policy.secrecy=0.4&at=3",
)
MOST_COST = 20_000.0
"""Teachers times half-terms; a link that asks for more is computed in the background (see tests/app)."""


def test_links():
    """Links are refused, or give a session whose own link brings it back."""
    from alliance_sim.app.session.permalinks import link, replay_of
    from alliance_sim.app.session.session_config import RefusedError

    def look(data: bytes) -> bool:
        try:
            with at_most(SECONDS_TO_READ):
                replay = replay_of(data.decode("utf-8", "surrogateescape"))
            if replay is None or replay.cost > MOST_COST:
                return False
            with at_most(SECONDS_TO_RUN):
                session = replay.session()
        except (RefusedError, ConfigError):
            return False
        for world in session.runs:
            assert np.isfinite(world.curve("practice")).all()
        again = replay_of(link(session))
        assert again is not None
        assert again.half_terms == replay.half_terms
        return True

    fuzz("links", [text.encode() for text in LINKS], mutations.mutated_bytes, look)
