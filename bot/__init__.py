"""The machine: what happens, in what order."""
