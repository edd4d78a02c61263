"""`qilian bench`: what a step, a firing and an inbox page cost beside the same SQL without an engine, and
beside SpiffWorkflow as it comes. Each on databases of its own; nothing of an installation is touched.

Milliseconds differ from machine to machine; what is compared are ratios within one run.
"""
