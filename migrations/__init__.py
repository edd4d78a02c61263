"""How the tables came to be, step by step. Each step goes up and one step down."""
