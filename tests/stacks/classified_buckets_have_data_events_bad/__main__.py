"""The trail covers a bucket whose name begins alike."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import classified_bucket

classified_bucket(trail_covers="acme-curated-old")
