"""A bucket that is locked to a network spares services and the registration role."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import VPC, classified_bucket, location, network_deny

location()
classified_bucket(denials=[network_deny({"aws:SourceVpc": VPC})])
