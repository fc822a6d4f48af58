"""The long forms of the tests: hours of what `make test` does for seconds."""
