"""The reader can make itself an administrator."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import persona

persona(also=["lakeformation:PutDataLakeSettings"])
