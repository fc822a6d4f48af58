"""The reader reads the files, too."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import persona

persona(also=["s3:GetObject", "kms:Decrypt"])
