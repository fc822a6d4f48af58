"""The key's user isn't its administrator."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import key

key()
