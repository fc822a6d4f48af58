"""Whoever works for a tenant reads that tenant's rows."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import pooled_table

pooled_table()
