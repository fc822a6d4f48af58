"""The path has no slash, so that a sibling whose id begins alike reads too."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import shared_bucket

shared_bucket(paths="o-1aaaaaaaaa/r-1aaa/ou-1aaa-aaaaaaaa*")
