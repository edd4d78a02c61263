"""Who there is: regions, organisations, accounts, roles, posts and delegations (art. 4)."""
