"""Clients reach the database by their security group."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import tenant_database

tenant_database()
