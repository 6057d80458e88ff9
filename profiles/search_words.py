"""The words by which people are found."""

from django.db import models


class PersonWord(models.Model):
    """A word of somebody's name or e-mail address, folded. The database keeps them: triggers write, nobody else does.

    In order, each with the (folded) name behind it, so that the first people of however common a beginning are at hand
    without looking at the others.
    """

    pk = models.CompositePrimaryKey("person_id", "word", "in_email")
    person = models.ForeignKey(
        "profiles.Person", models.DO_NOTHING, related_name="words", db_constraint=False, db_index=False
    )  # the database has the constraint, and deletes the words with their person
    in_email = models.BooleanField()
    word = models.CharField(max_length=64, db_collation="C")
    name = models.CharField(max_length=80, db_collation="C")

    class Meta:
        indexes = [models.Index("in_email", "word", "name", "person", name="people_by_word")]

    def __str__(self) -> str:
        return f"A word of person {self.person_id}"
