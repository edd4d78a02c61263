"""The register of designated clusters: number, term, baseline, state, history (art. 15-17)."""
