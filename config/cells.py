"""Cells of files that a spreadsheet opens."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a formula begins with."""


def guarded(text: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, "CSV Injection")."""
    return f"'{text}" if text.startswith(FORMULA) else text
