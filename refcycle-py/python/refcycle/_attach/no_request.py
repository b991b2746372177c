"""An empty script: what a process runs if `attach` has withdrawn its request."""
