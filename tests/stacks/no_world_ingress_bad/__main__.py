"""A network reaches the database."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import tenant_database

tenant_database(admits="10.0.0.0/8")
