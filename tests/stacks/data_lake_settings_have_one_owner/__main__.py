"""Two Regions, each with its settings."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import lake_settings

lake_settings()
lake_settings("settings-elsewhere", region="eu-central-1")
