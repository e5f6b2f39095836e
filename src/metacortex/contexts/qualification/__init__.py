"""Reads what a lead wrote, scores it with reasons and quotes, and keeps what people said about those scores.

Owns qualifications, labels and ideal customers. Refuses to change a lead itself (leads does).
"""
