"""
Code that runs inside AWS, one folder per function.

A function has requirements of its own and imports nothing of this project's but its own modules: what it needs to
know comes to it as plain values, in its environment. `runtime.package` makes the archive that AWS runs.
"""
