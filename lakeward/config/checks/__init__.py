"""What needs two nouns to judge: one module per subject, each a `check` from a draft to its findings."""
