"""The bucket's owner owns every object."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import classified_bucket

classified_bucket()
