"""The model as Mesa sees it: scenario, agents, data collection and incident log."""
