"""What each year asks of a cluster: report, assessment, award (art. 6, 16, 18)."""
