"""The program Pulumi runs: load → plan → declare → export. The same for every stack and every AWS."""

import gc

import pulumi
from pulumi.runtime.config import CONFIG, is_config_secret

from components.declare import declare
from components.exports import exports
from lakeward.config import parse
from lakeward.errors import LakewardError
from lakeward.plan import plan_stack


def main() -> None:
    """Declare the selected stack."""
    gc.disable()  # what is declared lives to the end: looking for garbage takes a fifth of the time, in vain
    try:
        # The whole namespace, not single keys: a key that nobody knows is an error too.
        values = CONFIG.get()
        plan = plan_stack(parse(values, pulumi.get_stack(), filter(is_config_secret, values)))
    except LakewardError as error:
        raise pulumi.RunError("\n".join(error.lines())) from None

    declared = declare(plan)

    for name, value in exports(plan, declared).items():
        pulumi.export(name, value)


main()
