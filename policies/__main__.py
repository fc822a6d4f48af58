"""Serves the pack to the engine, which starts this folder as a program."""

from pulumi_policy import PolicyPack

from policies.pack import NAME, engine_policies

PolicyPack(NAME, engine_policies())
