"""The location is read as the service-linked role."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import location

location(role=None, service_linked=True)
