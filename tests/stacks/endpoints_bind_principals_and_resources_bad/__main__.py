"""An endpoint has the policy that AWS gives every one."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import interface_endpoint

interface_endpoint(conditions=None)
