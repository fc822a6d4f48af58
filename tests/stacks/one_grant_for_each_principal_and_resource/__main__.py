"""Two grants on two tables."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import grant

grant()
grant("grant-reader-returns", table="returns")
