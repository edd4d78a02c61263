"""Runs any BPMN diagram durably; knows nothing about clusters."""
