"""An Asterisk that calls nobody: its REST interface (ARI), its events, its races and its failures.

Built from the published API description (rest-api/api-docs of Asterisk) and from measurements of Asterisk 23.4.
"""
