"""The Wechaty platform: an adapter over any Wechaty puppet service."""
