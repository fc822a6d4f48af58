"""Serves the pack to the engine, which starts this folder as a program."""

from policies.analyzer import serve

serve()
