"""Another encryption is refused where it is asked for."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))

from lake import classified_bucket

deny = {"Sid": "DenyOtherEncryption", "Effect": "Deny", "Principal": "*", "Action": "s3:PutObject"}
wrong = {"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}}
present = {"Null": {"s3:x-amz-server-side-encryption": "false"}}
objects = {"Resource": "arn:aws:s3:::acme-curated/*"}
classified_bucket(denials=[{**deny, **objects, "Condition": {**wrong, **present}}])
