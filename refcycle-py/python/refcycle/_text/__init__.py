"""Text for people: escapes, widths, numbers and tables."""
