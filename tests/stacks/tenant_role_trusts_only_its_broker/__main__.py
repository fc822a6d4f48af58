"""Only the broker takes a tenant's role."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import tenant_role

tenant_role()
