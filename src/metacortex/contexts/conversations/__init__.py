"""What people wrote to us and what we wrote back: messages, threads, and the reading of raw mail.

Owns the text, its quotes, signature and attachments. Refuses to know who a lead is or what a message is worth.
"""
