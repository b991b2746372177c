"""How another process is asked for a dump of itself."""
