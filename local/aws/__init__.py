"""
The embedded AWS: a moto server of one's own on loopback, made strict where this program relies on AWS.

It stands in for an account while no real one is at hand. It is a place to write to and to read back from,
never the judge of access (`lakeward.access` is).

    running = start(Path(".lakeward/aws"))      # a process of its own, outlives the caller
    running.session("100000000001", "eu-west-1").client("glue")
    stop(Path(".lakeward/aws"))
"""

from local.aws.server import RunningAws, connect, start, status, stop

__all__ = ["RunningAws", "connect", "start", "status", "stop"]
