"""The location is read as a role of its own."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import location

location()
