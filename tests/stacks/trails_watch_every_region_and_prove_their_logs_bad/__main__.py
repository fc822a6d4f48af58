"""The trail's log files can be changed without a trace."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import classified_bucket

classified_bucket(proves_logs=False)
