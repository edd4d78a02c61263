"""Changes after designation: found or reported, verified, put on record (art. 17)."""
