"""An endpoint lets our principals through to our resources."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import interface_endpoint

interface_endpoint()
