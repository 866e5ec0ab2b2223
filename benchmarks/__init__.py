"""Measure ritui: how long it takes, what it sends and what it holds, beside what is attainable.

``python -m benchmarks`` from the checkout; ``docs/performance.md`` says what the rows mean.
"""
