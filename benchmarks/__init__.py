"""What `make bench` measures; its last figures stand in `benchmarks/README.md`."""
