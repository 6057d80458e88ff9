"""The stage that every case of a constraint is played on."""

from tests.models.stage import stage  # noqa: F401, a fixture
