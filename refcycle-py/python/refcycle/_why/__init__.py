"""Why an object is alive, and how to fix it."""
