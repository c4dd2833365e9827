"""Figures of frames: each chart draws the numbers it is given and nothing else."""
