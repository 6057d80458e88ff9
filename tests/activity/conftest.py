"""The feed is read on the profile."""

from tests.profiles.conftest import page_of, queries_of  # noqa: F401, fixtures
