"""The terminal of `run`: a window on the sandbox, and a way to speak in it."""
