"""The recorder: what a stack's program declares, learnt by running it without an engine, AWS or credentials."""

from local.recorder.recording import record, record_program

__all__ = ["record", "record_program"]
