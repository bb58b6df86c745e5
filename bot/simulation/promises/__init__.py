"""What the bot promises, each promise judged from outside: nothing here knows how the bot keeps it."""
