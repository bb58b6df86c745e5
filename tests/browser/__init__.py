"""The page in a real browser: what people click, what they see then, and what the browser complains of."""
