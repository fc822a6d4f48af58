"""The reader reads through Lake Formation."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import persona

persona()
