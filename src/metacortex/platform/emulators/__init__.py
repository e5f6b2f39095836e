"""Stand-ins for outside systems, for the demo and the tests, built from their vendors' documentation.

No context imports them: the product talks to them over the network, as it talks to the real ones.
"""
