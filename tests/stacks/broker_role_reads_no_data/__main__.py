"""The broker takes tenants' roles and writes its log."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import broker

broker()
