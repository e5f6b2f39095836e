"""Reads what a lead wrote, scores it with reasons and quotes, and keeps what people said about those scores.

Owns qualifications, labels, ideal customers and what language models cost. Refuses to change a lead itself (leads does).
"""
