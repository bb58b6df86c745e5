"""What the bot remembers: tables, one store that owns every commit, one module of queries per noun."""
