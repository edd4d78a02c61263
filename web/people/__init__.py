"""Pages of people: signing in, accounts, organisations, one's own profile."""
