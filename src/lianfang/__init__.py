"""Lianfang 廉防: admission control for official acts."""
