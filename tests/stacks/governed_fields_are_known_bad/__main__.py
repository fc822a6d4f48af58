"""A key policy names a role by its output, which nobody knows in the preview."""

import sys
from pathlib import Path

import pulumi_aws as aws

sys.path.append(str(Path(__file__).parents[1]))

from lake import document, key

trust = document({"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"})
reader = aws.iam.Role("reader", name="reader", assume_role_policy=trust)
key(user=reader.arn)
