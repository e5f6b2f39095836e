"""The two readers: models that ship with the product, and a language model reached over HTTP."""
