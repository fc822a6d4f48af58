"""
A Pulumi language host for Python: the process through which the engine runs a program or a policy pack.

Only a CLI that was built from Go modules needs it; the vendor's releases bring their own. What the engine expects
of it is in `host` (the calls) and `local.plugin` (the life of the process).
"""
