"""Where leads come in: mail over SMTP, web forms, the API, uploaded tables.

Owns sources, raw messages and imports. Refuses to judge a lead, and to lose or take twice what it accepted.
"""
