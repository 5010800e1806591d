"""The Mesa interface of the model: ``AllianceModel``, ``Scenario``, agents, data frames and incident log."""
