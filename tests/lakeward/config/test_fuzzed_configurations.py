"""Configurations changed along their schema or damaged in their bytes: a plan, or lines for people, never else."""

import pytest
from hypothesis import HealthCheck, given, settings

from tests.soak.configurations import BASES, answered, changed_along_the_schema, damaged, faults_of, refusals_of

# `make soak PART=fuzz` tries ten thousand, and judges many of those that are planned.
thorough = settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))


@thorough
@given(changed_along_the_schema())
def test_a_change_along_the_schema_is_planned_or_refused_in_lines(figure, data):
    """Whatever value stands in the place of another, the answer is a plan or `path: problem; remedy`."""
    figure("configurations tried")

    assert faults_of(answered(data)) == []


@thorough
@given(damaged())
def test_damaged_bytes_are_planned_or_refused_in_lines(figure, data):
    """Whatever happens to a file's bytes, the answer is a plan or `path: problem; remedy`."""
    figure("configurations tried")

    assert faults_of(answered(data)) == []


@pytest.mark.parametrize("base", BASES, ids=lambda base: base.stem)
def test_what_is_planned_passes_the_pack_and_gives_the_intended_access(base):
    """The sound configurations are planned, declared, accepted by every rule, and give what they intend."""
    data = base.read_bytes()
    answer = answered(data)

    assert answer.lines == ()
    assert refusals_of(data, answer.plan) == []


def test_what_is_wrong_with_an_answer_is_seen():
    """The judge of answers is no stub: a line without a remedy, and one about Python, are faults."""
    answer = answered(b"config: {}\n")

    assert answer.plan is None
    assert faults_of(answer) == []
    assert faults_of(type(answer)(None, ("zones: bad",))) == ["zones: bad"]
    assert faults_of(type(answer)(None, ())) == ["refused without a word"]
