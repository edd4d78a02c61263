"""From the inbox out of the house: whom by which channel, at once or in a digest."""
