"""An OU's accounts read."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import shared_bucket

shared_bucket()
