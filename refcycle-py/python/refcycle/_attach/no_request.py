"""An empty script, which a process runs if `attach` has withdrawn its request."""
