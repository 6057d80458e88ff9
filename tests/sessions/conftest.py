"""What is written about sessions is read on the profile."""

from tests.profiles.conftest import page_of  # noqa: F401, a fixture
