"""What a page says about a graph."""
