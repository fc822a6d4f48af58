"""The access log goes to the bucket of logs."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import classified_bucket

classified_bucket()
