"""What is known about objects and their types, whether they are alive or in a file."""
