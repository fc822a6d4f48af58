"""A job may read results."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import role

role("job", taken_by={"Service": "glue.amazonaws.com"}, allows=["athena:GetQueryResults"])
