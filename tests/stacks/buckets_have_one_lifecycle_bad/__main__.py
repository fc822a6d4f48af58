"""Two lifecycle configurations of one bucket."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import classified_bucket

classified_bucket(lifecycles=["bucket-lifecycle", "bucket-archive"])
