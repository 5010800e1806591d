"""A Dask scheduler, or a worker of one thread, on this machine alone.

python cluster_on_loopback.py scheduler PORT
python cluster_on_loopback.py worker ADDRESS
"""

from __future__ import annotations

import asyncio
import sys

import dask
from distributed import Scheduler, Security, Worker

PROTOCOL = "tls://" if dask.config.get("distributed.comm.require-encryption") else "tcp://"


async def serve(role: str, where: str) -> None:
    """Until it is killed; a worker also until its scheduler is gone."""
    if role == "scheduler":
        server = Scheduler(protocol=PROTOCOL, host="127.0.0.1", port=int(where), dashboard=False, security=Security())
    else:
        server = Worker(where, nthreads=1, host="127.0.0.1", dashboard=False, security=Security())
    async with server:
        print(server.address, flush=True)
        await server.finished()


if __name__ == "__main__":
    asyncio.run(serve(*sys.argv[1:]))
