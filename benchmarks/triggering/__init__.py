"""How well trigger rules place a story: simulated and recorded phones, four rules, one judge."""

import sys
from pathlib import Path

# The builders of the tests publish the legend whose API is timed.
sys.path.append(str(Path(__file__).parents[2] / "tests"))
