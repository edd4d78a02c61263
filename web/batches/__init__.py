"""Pages of batches: designation, re-examination, and what the province does on them."""
