"""How the number and size of objects change over time."""
