"""When things happen in the demo: a coachee's days, and the diaries of people who cannot be in two places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from profiles.zones import local_day

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
WORKING_HOURS = range(8, 20)
SATURDAY = 5


def clock(day: date, hour: int, minute: int, zone: str) -> datetime:
    """That reading of the clock in the zone, in UTC."""
    return datetime.combine(day, time(hour, minute), ZoneInfo(zone)).astimezone(UTC)


class Life:
    """The days of one coachee, counted back from `now` (or from when their story ended) in their own zone."""

    def __init__(self, now: datetime, zone: str, seed: str) -> None:
        self.now, self.zone, self.rng = now, zone, Random(seed)  # noqa: S311, a story and not a secret
        self.today = local_day(now, zone)

    def day(self, ahead: int) -> date:
        """The day so many days ahead, or back when negative."""
        return self.today + ahead * DAY

    def at(self, days_ago: int, hour: int | None = None, minute: int | None = None) -> datetime:
        """A time on that day, waking hours unless given; shortly before now when it would lie in the future."""
        hour = self.rng.randint(8, 20) if hour is None else hour
        minute = self.rng.randint(0, 59) if minute is None else minute
        return self.past(clock(self.day(-days_ago), hour, minute, self.zone))

    def on(self, day: date) -> datetime:
        """Some waking hour of that day, or shortly before now."""
        return self.at((self.today - day).days)

    def around(self, instant: datetime, days: int) -> datetime:
        """Some waking hour so many days after that instant, or before when negative."""
        return self.on(local_day(instant, self.zone) + days * DAY)

    def past(self, instant: datetime) -> datetime:
        """The instant if it has come, else some minutes ago."""
        return instant if instant < self.now else self.now - self.rng.randint(6, 55) * MINUTE


class Diary:
    """Who is taken when. Sessions begin on the hour in the coach's zone."""

    def __init__(self) -> None:
        self._taken: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)

    def take(self, people: Iterable[str], starts_at: datetime, minutes: int) -> bool:
        """Books the time for all of them, unless one is taken."""
        people, ends_at = list(people), starts_at + minutes * MINUTE
        if any(starts_at < end and start < ends_at for person in people for start, end in self._taken[person]):
            return False
        for person in people:
            self._taken[person].append((starts_at, ends_at))
        return True

    def book(
        self, coach: str, coachee: str, day: date, zone: str, life: Life, minutes: int, step: int = -1
    ) -> datetime:
        """The first free hour on that working day, or on one before (after, with `step` 1), in daytime for both."""
        while True:
            while day.weekday() >= SATURDAY:
                day += step * DAY
            for hour in self._hours(day, zone, life):
                starts_at = clock(day, hour, 0, zone)
                if self.take((coach, coachee), starts_at, minutes):
                    return starts_at
            day += step * DAY

    @staticmethod
    def _hours(day: date, zone: str, life: Life) -> list[int]:
        """The coach's working hours in some order, those first in which the coachee is awake."""
        hours = list(WORKING_HOURS)
        life.rng.shuffle(hours)
        return sorted(
            hours, key=lambda hour: clock(day, hour, 0, zone).astimezone(ZoneInfo(life.zone)).hour not in range(7, 22)
        )

    def within(self, coach: str, coachee: str, zone: str, life: Life, hours: tuple[int, int], minutes: int) -> datetime:
        """A free time so many hours from now at the earliest and latest, on a working day if there is one."""
        first, last = (life.now + timedelta(hours=each) for each in hours)
        days = {local_day(first, zone), local_day(first + DAY, zone), local_day(last, zone)}
        for day in sorted(days, key=lambda each: (each.weekday() >= SATURDAY, each)):
            for hour in self._hours(day, zone, life):
                starts_at = clock(day, hour, 0, zone)
                if first <= starts_at <= last and self.take((coach, coachee), starts_at, minutes):
                    return starts_at
        raise LookupError(f"no free time for {coach} and {coachee}")
