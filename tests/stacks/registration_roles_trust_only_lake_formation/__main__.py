"""Lake Formation takes the registration role."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import location, registration_role

location()
registration_role()
