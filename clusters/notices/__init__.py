"""公示: what the province publishes before it decides on designations and further terms (art. 15, 16)."""
