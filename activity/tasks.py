"""Periodic jobs. Each may run late, twice or twice at once: the result is the same."""

from celery import shared_task
from django.db import connection
from django.utils import timezone

from activity.encouragement import engine
from activity.models import Heartbeat
from coaching.models import Relationship
from profiles.drafts import forget_old_drafts
from profiles.once import forget_sent_forms

RELATIONSHIPS_PER_SHARD = 5_000  # small enough that every worker gets some of them


def _done(job: str) -> None:
    Heartbeat.objects.update_or_create(name=job, defaults={"at": timezone.now()})


@shared_task
def beat_is_alive() -> None:
    """Travels from beat through Redis to a worker: the whole way is open."""
    _done("beat_is_alive")


@shared_task
def evaluate_changed() -> None:
    """Works off the queue of relationships whose facts changed in bulk."""
    engine.drain(timezone.now())
    _done("evaluate_changed")


@shared_task
def forget_expired() -> None:
    """Deletes what is kept no longer: of the cache (files of people that an admin looked at and did not import, above
    all) and of sessions (what was typed as they ended), which Django only stops reading; sent forms and old drafts.
    """
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cache WHERE expires < %s", [now])
        cursor.execute("DELETE FROM django_session WHERE expire_date < %s", [now])
    forget_sent_forms(now)
    forget_old_drafts(now)
    _done("forget_expired")


@shared_task
def sweep() -> None:
    """Hands out the shards of a full sweep; a shard lost with its worker is swept again next time."""
    last = Relationship.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    of = 1 + last // RELATIONSHIPS_PER_SHARD
    for shard in range(of):
        sweep_shard.apply_async((shard, of), expires=540)
    _done("sweep")


@shared_task
def sweep_shard(shard: int, of: int) -> None:
    """Sweeps one shard, unless somebody else is at it."""
    engine.sweep(timezone.now(), shard, of, give_way=True)
