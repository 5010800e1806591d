"""A sweep on a Slurm cluster. Run it on a login node, in tmux or as a small job of its own:

    python slurm_sweep.py my_study.toml results

Each Slurm job brings eight workers. Started again, after a time limit or a fault, it resumes where it stopped.
"""  # noqa: D415

import sys

from dask_jobqueue import SLURMCluster

from alliance_sim.study import Study


def main(study: str, out: str, jobs: int = 4) -> int:
    """Sweep a study with some Slurm jobs, and return 1 if runs failed."""
    cluster = SLURMCluster(
        cores=8,
        processes=8,
        memory="16GB",
        walltime="04:00:00",
        # queue="short", account="my-project",
        # interface="ib0",  # the network that login node and compute nodes share
        local_directory="/tmp",  # noqa: S108 - on each compute node
    )
    with cluster:
        cluster.scale(jobs=jobs)
        ended = Study.load(study).run(
            out,
            scheduler=cluster.scheduler_address,
            progress=lambda done, runs: print(f"{done:,} of {runs:,} runs", flush=True),
        )
    for failure in ended.first_failures:
        print(f"point {failure.point}, seed {failure.seed}: {failure.reason}")
    return 1 if ended.failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
