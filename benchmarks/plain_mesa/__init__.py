"""The core rules as plain Mesa: agents, lists and dicts, one Python object per tie.

Written from the model's description (``docs/model.md``), never from the compiled code, so that it serves as two things:
the speed peer (``benchmarks.speed``) and an independent check (``tests/peer``). It takes the network, initial trust and
intakes, and every random number, from ``alliance_sim``; all rules are implemented independently.

Use it as any Mesa model::

    model = PlainAllianceModel("silicon_valley", rng=1)
    for _ in range(60):
        model.step()
    model.datacollector.get_model_vars_dataframe()
"""

from benchmarks.plain_mesa.measures import OUTCOMES
from benchmarks.plain_mesa.model import PlainAllianceModel

__all__ = ["OUTCOMES", "PlainAllianceModel"]
