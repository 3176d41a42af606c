"""Solvers: Adam for stacks of networks, Newton and L-BFGS for convex problems."""
