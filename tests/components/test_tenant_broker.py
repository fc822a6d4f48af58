from __future__ import annotations

FUNCTION = "aws:lambda/function:Function"
PERMISSION = "aws:lambda/permission:Permission"
LOGS = "aws:cloudwatch/logGroup:LogGroup"


def test_function_is_the_archive_by_its_path(one_of_each):
    """ADR 0006: declaring it opens no file and needs no network; the engine hashes what stands there."""
    code = one_of_each.the(FUNCTION)["inputs"]["code"]

    assert code["path"] == "build/runtime/broker.zip"
    assert "hash" not in code


def test_function_runs_what_the_archive_was_built_for(one_of_each):
    """Runtime and architecture are those of the archive's wheels."""
    inputs = one_of_each.the(FUNCTION)["inputs"]

    assert (inputs["runtime"], inputs["architectures"]) == ("python3.12", ["arm64"])
    assert inputs["handler"] == "runtime.broker.handler.handle"


def test_function_works_as_its_role_and_is_told_plain_values(one_of_each):
    """Nothing it is told is unknown or secret, and it stands in no network."""
    inputs = one_of_each.the(FUNCTION)["inputs"]

    assert inputs["role"] == "arn:aws:iam::100000000001:role/acme-dev-broker"
    assert inputs["environment"] == {"variables": {"LAKEWARD_CLAIM": "tenant_id"}}
    assert not {"vpcConfig", "layers", "imageUri", "fileSystemConfig"} & inputs.keys()


def test_exactly_one_role_may_invoke_it(one_of_each):
    """One statement: one role, one action, this function."""
    assert one_of_each.the(PERMISSION)["inputs"] == {
        "statementId": "AllowTheOneCaller",
        "action": "lambda:InvokeFunction",
        "function": "acme-dev-broker",
        "principal": "arn:aws:iam::100000000001:role/tenant-api",
    }


def test_log_group_is_there_before_the_function(one_of_each):
    """Or Lambda would make one of its own, which keeps its lines for ever."""
    inputs = one_of_each.the(LOGS)["inputs"]

    assert (inputs["name"], inputs["retentionInDays"]) == ("/aws/lambda/acme-dev-broker", 365)
    assert "broker-tenants-logs" in one_of_each.dependencies(FUNCTION)
    assert {"broker-role", "broker-tenants-logs"} <= one_of_each.dependencies(FUNCTION)
    assert "broker-tenants" in one_of_each.dependencies(PERMISSION)
