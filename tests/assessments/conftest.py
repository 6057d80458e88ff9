"""Pages of profiles, as in the tests of profiles."""

from tests.profiles.conftest import page_of, queries_of  # noqa: F401, fixtures
