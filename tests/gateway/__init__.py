"""The JavaScript gateway: a stock npm PuppetServer that the tests start, steer and spoil."""
