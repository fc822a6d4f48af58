"""Settings that list somebody else."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import KEY_ADMINISTRATOR, official_settings

official_settings(administrator=KEY_ADMINISTRATOR)
