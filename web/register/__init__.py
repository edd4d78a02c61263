"""Pages of the register and of what follows a designation."""
