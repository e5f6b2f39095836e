"""Contacts and their leads: the pipeline, owners, notes, tasks, the timeline, the board's cards.

Owns who somebody is and where their lead stands. Refuses to know how a lead arrived or why it scored as it did.
"""
