"""Owns who may enter: organizations, users, their memberships, invitations, sessions and outside identities.

Refuses to know what members work on; later contexts ask it for names and memberships and follow its events.
"""
