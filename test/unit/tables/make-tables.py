"""Makes distributions.json: reference values at 40 digits with mpmath, cross-checked against SciPy where SciPy is precise.

python3 -m venv venv && venv/bin/pip install scipy mpmath && venv/bin/python test/unit/tables/make-tables.py
"""
import json
import pathlib

from mpmath import mp, mpf, betainc, binomial, erfinv, findroot, gammainc, log, loggamma, sqrt
from scipy import stats

mp.dps = 60


def text(value):
    """A decimal that a double reads without loss, also below 1e-300."""
    return mp.nstr(value, 20, min_fixed=0, max_fixed=0)


def exact(x):
    return mpf(float(x))


def binomial_tails(k, n, p):
    p = exact(p)
    at = binomial(n, k) * p**k * (1 - p) ** (n - k)
    # The shorter way round of the two sums; the other tail is one minus it.
    if k <= n * p:
        term, at_most = at, mpf(0)
        for i in range(k, -1, -1):
            at_most += term
            if term < at_most * mpf(10) ** -45:
                break
            term = term * i * (1 - p) / ((n - i + 1) * p)
        at_least = 1 - at_most + at
    else:
        term, at_least = at, mpf(0)
        for i in range(k, n + 1):
            at_least += term
            if term < at_least * mpf(10) ** -45:
                break
            term = term * (n - i) * p / ((i + 1) * (1 - p))
        at_most = 1 - at_least + at
    assert abs(float(at_most) - stats.binom.cdf(k, n, float(p))) < 1e-9
    return [k, n, float(p), text(at_most), text(at_least)]


def beta_quantile(p, a, b):
    p, a, b = exact(p), exact(a), exact(b)
    low, high = mpf(10) ** -60, 1 - mpf(10) ** -30
    for _ in range(80):
        middle = sqrt(low * high)
        if betainc(a, b, 0, middle, regularized=True) < p:
            low = middle
        else:
            high = middle
    return findroot(lambda x: log(betainc(a, b, 0, x, regularized=True) / p), (low, high), solver="anderson", tol=1e-40)


tables = {
    "logGamma": [[x, text(loggamma(exact(x)))] for x in
                 [1e-8, 0.01, 0.3, 0.5, 0.99, 1.0000001, 1.2, 1.5, 1.9999, 2.1, 2.5, 3.3, 7.7, 14.9, 15.1, 60, 1234.5, 1e5, 1e8]],
    "binomial": [binomial_tails(*row) for row in
                 [(10, 100, 0.2), (30, 100, 0.2), (0, 20, 0.2), (20, 20, 0.2), (9, 20, 0.2), (124, 714, 0.15), (159, 714, 0.25),
                  (19000, 100000, 0.2), (17000, 100000, 0.2), (24600, 100000, 0.2), (15600, 100000, 0.2), (100, 100000, 0.01), (300, 100000, 0.01),
                  (700, 1000, 0.2), (999, 1000, 0.5), (840, 1000, 0.999), (3, 1000, 1e-6), (50000, 100000, 0.5), (5, 10, 0.37)]],
    "betaQuantile": [[p, a, b, text(beta_quantile(p, a, b))] for p, a, b in
                     [(0.025, 20, 81), (0.025, 80, 21), (0.975, 20, 81), (0.005, 200, 801), (0.025, 0.5, 20.5), (1e-10, 4, 17), (0.5, 1000, 4000),
                      (0.3, 0.5, 0.5), (1e-100, 3, 5), (0.025, 1, 299), (0.95, 1, 59)]],
    "chiSquared": [[x, df, text(gammainc(mpf(df) / 2, 0, exact(x) / 2, regularized=True)),
                    text(gammainc(mpf(df) / 2, exact(x) / 2, mp.inf, regularized=True))]
                   for x, df in [(2.857142857142857, 2), (0.001, 1), (1e-6, 5), (3.8, 1), (50, 3), (700, 2), (1300, 4), (60, 100), (130, 100), (1e-10, 30)]],
    "normalQuantile": [[p, text(sqrt(2) * erfinv(2 * exact(p) - 1))] for p in [1e-12, 0.0001, 0.025, 0.2, 0.4, 0.499, 0.6, 0.95, 0.975]],
}
path = pathlib.Path(__file__).with_name("distributions.json")
rows = lambda table: ",\n".join("    " + json.dumps(row) for row in table)
path.write_text("{\n" + ",\n".join(f'  "{name}": [\n{rows(table)}\n  ]' for name, table in tables.items()) + "\n}\n")
print(f"{sum(map(len, tables.values()))} rows in {path}")
