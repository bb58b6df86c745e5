"""Who may come in: sessions, one-time links, passwords, and the guard at the door."""
