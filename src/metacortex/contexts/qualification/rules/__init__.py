"""The pure engine of the qualifier: no input, no output, no clock; the same message always gives the same answer."""
