"""The database is encrypted and protected."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import tenant_database

tenant_database()
