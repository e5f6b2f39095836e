"""How many live answers will find nobody, and how sure one may be of an upper bound.

Let A(t) be the live answers, F(t) the agents who get free by t plus the patience of a callee, R the agents free now
less the callers already waiting. The balance X(t) = A(t) - F(t) - R is the number of live answers too many. Whoever
finds no agent in time is lost and leaves, so X is reflected at zero, and what reflection takes away is the number lost
(Skorokhod's map; for loss systems W. Whitt, Stochastic-Process Limits, 2002, chapter 13).

The reflection is followed step by step with the first two moments, X taken as normal before each (the recursion of
C. E. Clark, The Greatest of a Finite Set of Random Variables, Operations Research 9, 1961): with mean m, deviation s,
z = m/s, a step loses E[max(X, 0)] = s*phi(z) + m*Phi(z) and leaves min(X, 0). Losses of early steps so leave room for
later answers, and an agent taken early is missing later: what one more call costs is its own risk and the risk it
causes to others. For very few agents the normal errs (it is never quite sure); the account in `choose` learns from
what really happens and corrects it.
"""

import math
from collections.abc import Sequence

_ROOT_TWO = math.sqrt(2.0)
_PHI = 1.0 / math.sqrt(2.0 * math.pi)
_FAR = 6.0


def expect_abandoned(
    idle: float, means: Sequence[float], variances: Sequence[float], new_live: Sequence[float], calls: int
) -> float:
    """Return the abandonments expected with this many new calls.

    `idle` is R; means and variances are what each step adds to A - F without the new calls, `new_live` the chance that
    one new call is answered live in each step.
    """
    mean, variance, lost = -float(idle), 0.0, 0.0
    for step_mean, step_variance, chance in zip(means, variances, new_live, strict=True):
        mean += step_mean + calls * chance
        variance += step_variance + calls * chance * (1.0 - chance)
        if variance <= 1e-12:
            excess, mean = max(mean, 0.0), min(mean, 0.0)
            lost += excess
            continue
        deviation = math.sqrt(variance)
        z = mean / deviation
        if z < -_FAR:
            continue
        density = deviation * _PHI * math.exp(-0.5 * z * z)
        above = 0.5 * (1.0 + math.erf(z / _ROOT_TWO))
        excess = density + mean * above
        lost += excess
        below = mean - excess
        variance = max((mean * mean + variance) * (1.0 - above) - mean * density - below * below, 0.0)
        mean = below
    return lost


def bound_count(mean: float, confidence: float) -> int:
    """Return the smallest number a Poisson count of this mean stays at or under with this confidence.

    For independent events the bound is a safe one (Hoeffding 1956). Abandonments come a little in clumps, for one
    shortage meets several callees; what this misses is in the account at the next decision.
    """
    term = total = math.exp(-min(mean, 600.0))
    count = 0
    while total < confidence and count < 2000:
        count += 1
        term *= mean / count
        total += term
    return count
