"""One bucket key stands for all prefixes."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import tenant_bucket

tenant_bucket(bucket_key=True)
