"""Takes in what a shop's own system knows: a list of members, or orders, as CSV or XLSX; read → check → write."""
