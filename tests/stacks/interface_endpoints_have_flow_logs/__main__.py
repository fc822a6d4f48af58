"""A flow log records who came to the endpoint."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import interface_endpoint

interface_endpoint()
