"""The only rooms that know SpiffWorkflow and the XML of diagrams (D1)."""
