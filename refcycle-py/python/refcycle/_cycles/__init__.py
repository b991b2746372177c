"""Names, signatures and cuts of reference cycles."""
