"""A security group admits one network."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import ingress

ingress()
