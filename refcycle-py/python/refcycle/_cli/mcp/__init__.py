"""A server of the Model Context Protocol, with which agents ask about dumps and processes."""
