"""A public policy would still let other accounts in."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import classified_bucket

classified_bucket(restrict_public_buckets=False)
