"""The targets a typed tree runs on: the oracle, generated Python, SQL. Each reads only the tree."""
