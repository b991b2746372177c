"""Magic commands for IPython and Jupyter: `%load_ext refcycle`."""
