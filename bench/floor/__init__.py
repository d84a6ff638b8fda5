"""The same table and rule, written by hand: what the product's speed is measured against."""
