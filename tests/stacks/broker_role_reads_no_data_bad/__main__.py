"""The broker reads a bucket."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import broker

broker(reads="s3:GetObject")
