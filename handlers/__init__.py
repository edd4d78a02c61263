"""What service tasks call, one thin module per diagram: topic -> clusters."""
