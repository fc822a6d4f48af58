"""The trail uses the key for this account."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import service_key

service_key()
