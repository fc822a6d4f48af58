"""A stack of an account whose id lacks a digit."""

import pulumi

pulumi.ComponentResource("lake:stack:Lake", "lake", {"account": "10000000001", "region": "eu-west-1"})
