"""What people write for the bot: the library of posts and the tag rules, read and checked."""
