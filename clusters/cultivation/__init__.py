"""The ledger of what offices did for clusters (art. 6-10)."""
