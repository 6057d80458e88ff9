"""How long tests wait for what must come. On a busy machine of two cores a process takes fifteen seconds to start.

These end a test that would hang, and say nothing about speed.
"""

COMES = 180.0  # seconds until a process has started, a thread has arrived, a state is there
SHOWS = 60.0  # seconds until a browser shows it
