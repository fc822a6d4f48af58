"""Lake Formation alone decides."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import location

location()
