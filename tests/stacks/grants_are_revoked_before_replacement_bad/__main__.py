"""A changed grant is made before the old one is revoked."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import grant

grant(delete_before_replace=None)
