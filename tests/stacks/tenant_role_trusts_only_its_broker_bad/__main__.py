"""Another role than the broker's takes a tenant's role."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import tenant_role

tenant_role(takes="arn:aws:iam::100000000001:role/tenant-api")
