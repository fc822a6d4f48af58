"""Settings that list the deployer."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import official_settings

official_settings()
