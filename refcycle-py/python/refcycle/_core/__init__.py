"""Dumps from core files: brings the process back from the file, without its files and threads."""
