"""The processes of the product; they assemble and do nothing else."""
