"""Dialling for campaigns: whom to ring now, how many, and with which agent."""

from metacortex.contexts.calls.service.dialling.running import run_campaigns

__all__ = ["run_campaigns"]
