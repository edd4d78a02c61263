"""Pages of processes: versions, differences, upload, the editor."""
