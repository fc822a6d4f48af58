"""A security group admits the whole internet."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import ingress

ingress(cidr="0.0.0.0/0")
