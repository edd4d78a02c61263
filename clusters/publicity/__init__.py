"""Case studies, published as far and as long as those concerned agree (art. 11)."""
