"""`lakeward decide`: JSON Lines in, JSON Lines out, whatever comes in."""

from __future__ import annotations

import json
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from lakeward.cli import decide, main

CASE = {
    "principal": "arn:aws:sts::111111111111:assumed-role/r/s",
    "action": "s3:GetObject",
    "resource": "arn:aws:s3:::lake/x",
    "resourceAccount": "111111111111",
}
ALLOWING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def _decide(lines: list[str], folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[dict[str, Any]]]:
    file = folder / "cases.jsonl"
    file.write_text("\n".join(lines))
    with pytest.raises(SystemExit) as stopped:
        main(["decide", str(file)])
    code = stopped.value.code
    assert isinstance(code, int)
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_answers_stand_in_the_order_of_the_cases(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line for each case, with its id."""
    lines = [json.dumps({**CASE, "id": "b", "identityPolicies": [ALLOWING]}), json.dumps({**CASE, "id": "a"})]

    code, answers = _decide(lines, tmp_path, capsys)

    assert code == 0
    assert [(one["id"], one["verdict"]) for one in answers] == [("b", "ALLOW"), ("a", "IMPLICIT_DENY")]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("nonsense", "this isn't JSON"),
        ('{"id":', "this isn't JSON"),
        ("[]", "this isn't a case"),
        ('{"x":' + "[" * 10_000 + "]" * 10_000 + "}", "nested too deeply"),
        (json.dumps({**CASE, "sessionPolicies": []}), "sessionPolicies: this key is unknown"),
        (json.dumps({**CASE, "principal": 5}), "principal: `5` is no principal"),
        (json.dumps({**CASE, "action": "s3:*"}), "action: `s3:*` is no action"),
        (json.dumps({**CASE, "context": []}), "context: this isn't an object"),
        (json.dumps({**CASE, "identityPolicies": "x"}), "identityPolicies: this isn't a list"),
        (
            json.dumps({**CASE, "identityPolicies": [{"Statement": [{"Effect": "Perhaps", "Action": "*"}]}]}),
            "identityPolicies[0].Statement[0].Effect: `Perhaps` is no effect",
        ),
        (json.dumps({"read": {}}), "estate: `read` asks about an estate"),
        (json.dumps({"estate": {"version": 1}}), "one question is wanted"),
        (json.dumps({"estate": {"version": 1, "acounts": {}}, "act": {}}), "acounts: this key is unknown"),
    ],
)
def test_malformed_case_answers_with_its_error_and_the_rest_still_runs(
    line: str, error: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An error line with the path; verdicts for the others; code 2 at the end; never a traceback."""
    code, answers = _decide([line, json.dumps({**CASE, "id": "after"})], tmp_path, capsys)

    assert code == 2
    assert error in answers[0]["error"]
    assert answers[1]["verdict"] == "IMPLICIT_DENY"


def test_hostile_patterns_take_bounded_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A thousand stars, a thousand tokens, a number of a billion digits: each is answered, at once."""
    statements = [
        {"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::" + "*a" * 1000 + "b"},
        {"Effect": "Allow", "Action": "*?" * 1000, "Resource": "arn:aws:s3:::" + "*" * 1000 + "zz"},
        {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"NumericLessThan": {"x:y": "1e999999999"}}},
    ]
    policy = {"Version": "2012-10-17", "Statement": statements}
    case = {**CASE, "resource": "arn:aws:s3:::" + "a" * 10_000, "identityPolicies": [policy]}
    started = time.perf_counter()

    code, answers = _decide([json.dumps({**case, "context": {"x:y": "9" * 100_000}})], tmp_path, capsys)

    assert code == 0
    assert answers[0]["verdict"] in ("ALLOW", "IMPLICIT_DENY")
    assert time.perf_counter() - started < 5


def test_case_beyond_all_limits_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without an estate nothing real is so long; one just as long with an estate is read."""
    statement = {"Effect": "Allow", "Action": "*", "Resource": ["arn:aws:s3:::" + "x" * 1000] * 9000}
    policies = [{"Version": "2012-10-17", "Statement": [statement]}]
    estate = {"version": 1, "accounts": {"111111111111": {"partial": "x" * 9_000_000}}}
    question = {name: value for name, value in CASE.items() if name != "resourceAccount"}

    code, answers = _decide(
        [
            json.dumps({**CASE, "id": "large", "identityPolicies": policies}),
            json.dumps({**question, "id": "estate", "estate": estate}),
        ],
        tmp_path,
        capsys,
    )

    assert code == 2
    assert (answers[0]["id"], answers[0]["error"].partition(";")[0]) == (
        "large",
        "without an estate it is longer than 8388608 bytes",
    )
    assert (answers[1]["id"], answers[1]["verdict"]) == ("estate", "UNKNOWN")


@pytest.mark.parametrize("part", [100, 1000])
def test_line_that_is_too_long_is_refused_alone(
    part: int, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However the input is cut into parts, the lines around it are answered; two in a row are two."""
    monkeypatch.setattr(decide, "_LONGEST_LINE", 2000)
    monkeypatch.setattr(decide, "_PART_BYTES", part)
    lines = [json.dumps({**CASE, "id": index}) for index in range(9)]
    lines[4:6] = ["x" * 5000, "y" * 20_000]

    code, answers = _decide(lines, tmp_path, capsys)

    assert code == 2
    assert [answer["id"] for answer in answers] == [0, 1, 2, 3, None, None, 6, 7, 8]
    assert {answer["error"] for answer in answers if "error" in answer} == {"the line is longer than 2000 bytes"}


def test_byte_order_mark_and_line_ends_are_no_part_of_a_case(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A byte order mark before the first case and carriage returns after each are passed over."""
    code, answers = _decide(
        ["\ufeff" + json.dumps({**CASE, "id": 1}) + "\r", "\r", json.dumps({**CASE, "id": 2}) + "\r"], tmp_path, capsys
    )

    assert code == 0
    assert [answer["id"] for answer in answers] == [1, 2]


def test_many_cases_are_answered_as_few_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Several processes answer in the order of the cases, what one alone would answer, the refusals too."""
    allowing = [{**ALLOWING, "Id": "x" * 100}]
    lines = [json.dumps({**CASE, "id": index, "identityPolicies": allowing[: index % 2]}) for index in range(300)]
    lines[150] = "nonsense"
    alone = _decide(lines, tmp_path, capsys)
    processes: list[int] = []

    def pool(count: int, **settings: Any) -> ProcessPoolExecutor:
        processes.append(count)
        return ProcessPoolExecutor(count, **settings)

    monkeypatch.setattr(decide, "_PART_BYTES", 1000)
    monkeypatch.setattr(decide, "_cores", lambda: 2)
    monkeypatch.setattr(decide, "ProcessPoolExecutor", pool)
    together = _decide(lines, tmp_path, capsys)

    assert alone == together
    assert processes == [2]
    assert together[0] == 2


def test_missing_file_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """One line on standard error and code 2."""
    with pytest.raises(SystemExit) as stopped:
        main(["decide", "/nowhere/cases.jsonl"])

    assert stopped.value.code == 2
    assert "can't be read" in capsys.readouterr().err
