"""Tables of graphs."""
