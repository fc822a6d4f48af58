"""An interface endpoint stands in one zone."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import SUBNETS, interface_endpoint

interface_endpoint(subnets=SUBNETS[:1])
