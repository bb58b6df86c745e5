"""From what happened on the platform to what is remembered and answered; start with pipeline.py."""
