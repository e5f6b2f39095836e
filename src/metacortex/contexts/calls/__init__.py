"""Calls and dial campaigns over the organization's own Asterisk.

Owns calls, their legs, recordings, do-not-call numbers, agents' presence and dial campaigns. Refuses to dial without a
durable record, against the law of the callee's place and hour, or anyone twice for one attempt.
"""
