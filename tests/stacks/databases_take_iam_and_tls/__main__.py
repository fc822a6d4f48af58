"""The database takes IAM over TLS."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import tenant_database

tenant_database()
