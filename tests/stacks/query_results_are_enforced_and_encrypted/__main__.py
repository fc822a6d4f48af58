"""The workgroup decides where results go."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import workgroup

workgroup()
