"""A stack of an account."""

import pulumi

pulumi.ComponentResource("lake:stack:Lake", "lake", {"account": "100000000001", "region": "eu-west-1"})
