"""
The review of a pull request: what each stack declares before and after it, judged by one tool.

```
declarations   what the stacks of a project declare, as data: the only part that runs a change's own code
bringing_up    the stacks of the base that refer to others, on an embedded AWS of its own: what only AWS names
judging        the review of that data: access, the policy pack, exemptions, and what the verdict rests on
```
"""
