"""The door to the chat platform: one port, one package per platform."""
