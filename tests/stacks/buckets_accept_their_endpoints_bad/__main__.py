"""A bucket lists endpoints, and the stack's own isn't among them."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import classified_bucket, gateway_endpoint, network_deny

gateway_endpoint()
classified_bucket(denials=[network_deny({"aws:SourceVpce": "vpce-0a1b2c3d4e5f60009"})])
