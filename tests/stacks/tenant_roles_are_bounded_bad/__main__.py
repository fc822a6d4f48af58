"""A tenant's role has no boundary."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import tenant_role

tenant_role(bounded=False)
