"""Re-examination when a term of three years ends (art. 16)."""
