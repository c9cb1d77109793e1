"""What the file must mean to be valid: one function a rule, each finding every mistake of its kind.

A rule is given a table of the right shape (`config.shape`) and the whole draft, and yields what is wrong.
"""
