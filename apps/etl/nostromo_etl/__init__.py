"""Loads the ship's readings into Mother."""
