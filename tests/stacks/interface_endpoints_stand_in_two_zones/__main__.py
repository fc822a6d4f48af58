"""An interface endpoint stands in two zones."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import interface_endpoint

interface_endpoint()
