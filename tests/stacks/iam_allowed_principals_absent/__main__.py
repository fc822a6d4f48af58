"""Whatever is created belongs to nobody until it is granted."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import database

database()
