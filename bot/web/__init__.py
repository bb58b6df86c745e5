"""The page: the sandbox as a chat window, and the console; what it changes goes through the bot's own doors."""
