"""The notice, the decision, and the papers of a designation (art. 15)."""
