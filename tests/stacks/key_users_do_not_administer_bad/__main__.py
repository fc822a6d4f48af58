"""The key's administrator uses it."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import KEY_ADMINISTRATOR, key

key(user=KEY_ADMINISTRATOR)
