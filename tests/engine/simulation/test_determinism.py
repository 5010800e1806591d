"""The same seed gives the same bytes, independently of threads, process, access to agents, and other models."""

from __future__ import annotations

import copy
import os
import subprocess
import sys

import pytest

from alliance_sim import AllianceModel, Scenario

BUSY = {
    "population.schools": 60,
    "population.alliance_size": 3,
    "population.teachers_median": 10,
    "population.boundary_ties": 4,
    "policy.porosity": 1.0,
    "trust.initial": 0.65,
}
"""Twenty alliances with open doors: boundary requests are many and touch each other."""
HALF_TERMS = 20


def made(seed: int = 1, **more: object) -> AllianceModel:
    return AllianceModel(Scenario.load("silicon_valley", BUSY), rng=seed, **more)


@pytest.fixture(scope="module")
def simulated(fingerprint) -> str:
    """Return the fingerprint of the busy model after its half-terms, simulated on one thread."""
    model = made()
    model.run_for(HALF_TERMS)
    assert (model.world.external_offers.count.sum()) > 50
    return fingerprint(model)


def test_the_same_seed_gives_the_same_bytes(simulated, fingerprint):
    model = made()
    model.run_for(HALF_TERMS)
    assert fingerprint(model) == simulated


def test_another_seed_gives_another_run(simulated, fingerprint):
    model = made(2)
    model.run_for(HALF_TERMS)
    assert fingerprint(model) != simulated


@pytest.mark.parametrize("threads", [2, 3, 7])
def test_threads_change_no_byte(simulated, fingerprint, threads):
    model = made()
    model.threads = threads
    model.run_for(HALF_TERMS)
    assert fingerprint(model) == simulated


def test_threads_may_change_midway(simulated, fingerprint):
    model = made()
    for half_term in range(HALF_TERMS):
        model.threads = 1 + half_term % 3
        model.step()
    assert fingerprint(model) == simulated


def test_single_steps_give_the_same_run(simulated, fingerprint):
    model = made()
    for _ in range(HALF_TERMS):
        model.step()
    assert fingerprint(model) == simulated


def test_a_run_in_two_parts_is_the_same(simulated, fingerprint):
    model = made()
    model.run_for(7)
    model.run_for(HALF_TERMS - 7)
    assert fingerprint(model) == simulated


@pytest.mark.parametrize("look", ["teachers first", "a few now and then", "all", "backwards"])
def test_reading_agents_changes_nothing(simulated, fingerprint, look):
    model = made()
    for _ in range(HALF_TERMS):
        if look == "teachers first":
            assert model.teachers[3].school.teachers
        elif look == "a few now and then":
            assert model.coordinators[1].schools[0].partners
        elif look == "all":
            assert model.agents.agg("unique_id", max) == len(model.agents)
        else:
            assert [teacher.ties for teacher in reversed(model.teachers[:40])]
        model.step()
    assert fingerprint(model) == simulated


def test_taking_outcomes_midway_changes_nothing(simulated, fingerprint):
    model = made()
    for _ in range(HALF_TERMS):
        model.step()
        seen = model.outcomes
        seen["trust"] = 0.0
        assert len(model.outcomes_by_school)
    assert fingerprint(model) == simulated


def test_random_numbers_of_mesa_do_not_change_the_model(simulated, fingerprint):
    """Users draw from ``model.random`` and ``model.rng`` for their own purposes."""
    model = made()
    for _ in range(HALF_TERMS):
        model.random.random()
        model.rng.random(10)
        model.step()
    assert fingerprint(model) == simulated


def test_two_models_may_alternate(simulated, fingerprint):
    one, other, alone = made(), made(2), made(2)
    for _ in range(HALF_TERMS):
        one.step()
        other.step()
    alone.run_for(HALF_TERMS)
    assert fingerprint(one) == simulated
    assert fingerprint(other) == fingerprint(alone)


def test_running_a_copy_does_not_change_the_model(simulated, fingerprint):
    model = made()
    model.run_for(5)
    twin = copy.deepcopy(model)
    twin.run_for(30)
    model.run_for(HALF_TERMS - 5)
    assert fingerprint(model) == simulated


@pytest.mark.parametrize("threads", ["1", "2"])
def test_in_another_process(simulated, tmp_path, threads):
    """The environment sets the number of threads and another hash seed."""
    program = f"""
import importlib.util, pathlib
spec = importlib.util.spec_from_file_location("here", {str(__file__)!r})
here = importlib.util.module_from_spec(spec); spec.loader.exec_module(here)
spec = importlib.util.spec_from_file_location("shared", str(pathlib.Path({str(__file__)!r}).with_name("conftest.py")))
shared = importlib.util.module_from_spec(spec); spec.loader.exec_module(shared)
model = here.made(); assert model.threads == {threads}
model.run_for(here.HALF_TERMS)
print(shared.digest(model))
"""
    environment = os.environ | {"ALLIANCE_SIM_THREADS": threads, "PYTHONHASHSEED": "77"}
    found = subprocess.run(
        [sys.executable, "-c", program], env=environment, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == simulated


def test_what_is_recorded_changes_no_outcome():
    kept = {record: made(record=record) for record in ("system", "alliance", "school", "auto")}
    for model in kept.values():
        model.run_for(10)
    reference = kept["school"]
    for model in kept.values():
        assert model.outcomes.equals(reference.outcomes)
    assert kept["alliance"].outcomes_by_alliance.equals(reference.outcomes_by_alliance)
    assert kept["auto"].outcomes_by_school.equals(reference.outcomes_by_school)


def test_paired_runs_share_random_numbers():
    """Two policies that differ only in funding use the same random numbers, so the difference varies little.

    Paired, the difference in sharing varies far less over seeds than between runs of different seeds.
    """
    small = {"population.schools": 12, "population.teachers_median": 12}

    def sharing(funding: float, seed: int) -> float:
        model = AllianceModel(Scenario(**small | {"policy.funding": funding}), rng=seed, record="system")
        model.run_for(12)
        return model.outcomes["practice"].iloc[-1]

    plain = [sharing(0.5, seed) for seed in range(10)]
    more = [sharing(0.55, seed) for seed in range(10)]
    paired = [b - a for a, b in zip(plain, more, strict=True)]
    unpaired = [b - a for a, b in zip(plain, more[1:] + more[:1], strict=True)]

    def variance(values: list[float]) -> float:
        mean = sum(values) / len(values)
        return sum((value - mean) ** 2 for value in values)

    assert variance(paired) < variance(unpaired) / 5
