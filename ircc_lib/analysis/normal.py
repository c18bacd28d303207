"""The standard normal distribution, and how far its 95 % interval reaches."""

from statistics import NormalDist

NORMAL = NormalDist()
Z95 = NORMAL.inv_cdf(0.975)
