"""The ids that people outside the database use: from the CSV files, or made here for rows born on the site."""

import secrets

REF_LENGTH = 200


def new_ref() -> str:
    """A short id that is unique in the installation for all practical purposes (48 random bits)."""
    return secrets.token_hex(6)
