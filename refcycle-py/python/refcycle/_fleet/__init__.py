"""Many dumps: a summary of each, and what stands out among them."""
