"""The parts of the business, in order; they meet only at `public.py` and `events.py`."""
