"""Train the models of a comparison in other processes or on a Dask cluster."""
