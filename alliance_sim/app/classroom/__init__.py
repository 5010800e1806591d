"""A class takes part: students bet on their phones, and the lecturer's page shows the bets. It does not use Solara."""
