"""Measurements that are only reported: what pip and uv take for the same environment."""
