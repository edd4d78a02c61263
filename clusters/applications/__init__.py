"""One application from the county's draft to the end of its reviews (art. 12-14)."""
