"""What serving costs: against bare applications, against tipg, in memory and in time to start."""

import sys
from pathlib import Path

# The builders of the tests publish what is served.
sys.path.append(str(Path(__file__).parents[2] / "tests"))
