"""What bin/bench runs: a generated population, and how long the main jobs take on it."""
