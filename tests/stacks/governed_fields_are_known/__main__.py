"""A key policy names a role by the ARN that the configuration spells."""

import sys
from pathlib import Path

import pulumi_aws as aws

sys.path.append(str(Path(__file__).parents[1]))

from lake import READER, document, key

trust = document({"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"})
aws.iam.Role("reader", name="reader", assume_role_policy=trust)
key(user=READER)
