"""The annex of the regulation on an application, exactly: criteria, metrics, verdicts. Reads no table."""
