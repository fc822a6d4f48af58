"""The function holds no secret."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import broker

broker()
