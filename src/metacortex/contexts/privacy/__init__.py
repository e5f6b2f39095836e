"""What people allowed and asked: consents, suppressions, their data handed out or erased, how long data is kept.

Knows addresses, not contacts: who holds rows of a person answers for them. Refuses to keep an address it erased.
"""
