"""Two grants on one table."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import grant

grant()
grant("grant-reader-returns")
