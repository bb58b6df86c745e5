"""From the clock to a post in a room, and the proof that it arrived; start with pipeline.py."""
