"""Shares in words, the same wherever a count is shown."""


def share_text(share: float) -> str:
    """A share from 0 to 1: `4.1 %`; one that is not zero is never shown as zero."""
    percent = share * 100
    return "0 %" if not percent else "< 0.1 %" if percent < 0.1 else f"{percent:.1f} %".replace(".0 %", " %")


def counted_shares(count: int, total: int) -> str:
    """`3 (1.5 %)`."""
    return f"{count} ({share_text(count / total)})" if total else str(count)
