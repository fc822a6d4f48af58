"""A reader takes the registration role, too."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import READER, location, registration_role

location()
registration_role(trusts=READER)
