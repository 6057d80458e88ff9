"""The sessions of the demo: what was, what is today, what comes, and what was written about each."""

from __future__ import annotations

from datetime import date, datetime

from interchange.demo import booking
from interchange.demo.roster import COHORT, MAYA, Story
from interchange.demo.sessions import FLASH_NOTES, GROUP_NOTES, MEETINGS, Meeting
from interchange.demo.times import DAY, MINUTE, Life, clock
from interchange.demo.world import World
from profiles.zones import local_day
from sessions_app.models import Attendance, GroupMeeting, MicroGoal, PrivateNote, Session, SharedNote, Takeaway

LENGTH = {"one_on_one": 55, "flash": 25, "complimentary": 30, "group": 90}
# Who meets Maya today, and at what hour of hers.
TODAY = {"siobhan": 10, "mateo": 15, "joao": 17}
UNMARKED = "mateo"


class Sessions:
    """One coachee's sessions with one coach."""

    def __init__(self, world: World, story: Story, coach: str, life: Life) -> None:
        self.world, self.story, self.coach, self.life = world, story, coach, life
        self.pair, self.zone = world.pair(coach, story), world.zone(coach)
        self._meetings = iter(life.rng.sample(MEETINGS, len(MEETINGS)))

    def add(self, starts_at: datetime, kind: str = "one_on_one", status: str = "scheduled", **fields) -> Session:
        """A session in a time that the diary holds for both."""
        ends_at = starts_at + LENGTH[kind] * MINUTE
        if status == "occurred":
            fields.setdefault("marked_at", self.life.past(ends_at + self.life.rng.randint(3, 200) * MINUTE))
        session = self.world.rows.add(
            Session,
            ref=self.world.ref("S"),
            kind=kind,
            starts_at=starts_at,
            ends_at=ends_at,
            status=status,
            **self.pair,
            **fields,
        )
        if kind == "one_on_one":
            self.world.used[self._month(starts_at)] += 1
        if status != "cancelled":
            people = [self.pair["coachee"]] if kind == "group" else self.pair.values()
            for person in people:
                self.world.rows.add(Attendance, person=person, session=session, during=(starts_at, ends_at))
        return session

    def plan(self) -> None:
        """The next session and the last one, which the rest of the history makes room for."""
        story, life = self.story, self.life
        if story.next == 0 and self.coach == MAYA:
            self._today(TODAY[story.key])
        elif story.next is not None and story.next <= 1:
            self._prepare(self.add(self._within(6, 40)), story.goal)
        elif story.next is not None:
            self._prepare(self.add(self._book(life.day(story.next), 1)), story.goal)
        if story.last is not None:
            session = self.add(self._book(life.day(-story.last), -1), status="occurred")
            self.write(session, next(self._meetings), story.takeaway)

    def past(self, first: int, last: int) -> None:
        """Two a month or so between these days ago, as the allowance permits, and flash sessions between them."""
        life, days_ago = self.life, last
        while days_ago < first:
            day = _working_day(life.day(-days_ago))
            if self.world.used[self._month(clock(day, 12, 0, self.zone))] < self.story.per_month:
                self._one(self._book(day, -1))
            if self.story.flash and life.rng.random() < 0.3 and days_ago + 5 < first:
                self._flash(life.day(-days_ago - 5))
            days_ago += life.rng.randint(12, 17)

    def complimentary(self, day: int) -> None:
        """The call before everything else, so many days ago or ahead."""
        starts_at = self._book(self.life.day(-day), 1, LENGTH["complimentary"])
        self.add(starts_at, "complimentary", "occurred" if starts_at < self.life.now else "scheduled")

    def write(self, session: Session, meeting: Meeting, takeaway: str) -> None:
        """Notes of both kinds, the goal that was shared before, and the takeaway."""
        rows, life = self.world.rows, self.life
        rows.add(SharedNote, session=session, text=meeting.shared, written_at=session.marked_at, **self.pair)
        rows.add(
            PrivateNote,
            session=session,
            coachee=session.coachee,
            author=session.coach,
            text=meeting.private,
            written_at=session.marked_at,
        )
        self._text(MicroGoal, session, meeting.goal, "shared", life.around(session.starts_at, -1))
        after = max(life.around(session.ends_at, 1), session.ends_at + 5 * MINUTE)
        self._text(Takeaway, session, meeting.takeaway, takeaway, after)

    def _one(self, starts_at: datetime) -> None:
        """A session of the past: nearly all of them took place."""
        life, luck = self.life, self.life.rng.random()
        if luck < 0.07:
            by = life.rng.choice(["coach", "coachee"])
            cancelled_at = life.around(starts_at, -life.rng.randint(2, 4))
            self.add(starts_at, status="cancelled", cancelled_by=by, cancelled_at=cancelled_at)
        elif luck < 0.13:
            reason = life.rng.choice(["coachee_emergency", "coach_emergency", "coachee_missed"])
            self.add(starts_at, status="did_not_occur", reason=reason, marked_at=starts_at + 70 * MINUTE)
        else:
            shared = life.rng.choices(["shared", "draft", "none"], [85, 7, 8])[0]
            self.write(self.add(starts_at, status="occurred"), next(self._meetings), shared)

    def _flash(self, day: date) -> None:
        session = self.add(self._book(day, -1, LENGTH["flash"]), "flash", "occurred")
        note = self.life.rng.choice(FLASH_NOTES)
        self.world.rows.add(SharedNote, session=session, text=note, written_at=session.marked_at, **self.pair)

    def _today(self, hour: int) -> None:
        """Today's session: to come, under way, over and marked, or over and not marked yet."""
        world, life = self.world, self.life
        starts_at = clock(local_day(world.now, self.zone), hour, 0, self.zone)
        world.diary.take((self.coach, self.story.key), starts_at, LENGTH["one_on_one"])
        over = starts_at + (LENGTH["one_on_one"] + 5) * MINUTE < world.now
        if over and self.story.key != UNMARKED:
            marked_at = min(world.now - MINUTE, starts_at + (LENGTH["one_on_one"] + 20) * MINUTE)
            session = self.add(starts_at, status="occurred", marked_at=marked_at)
        else:
            session = self.add(starts_at)
        if self.story.goal == "shared":
            self._text(MicroGoal, session, next(self._meetings).goal, "shared", life.around(starts_at, -1))

    def _prepare(self, session: Session, goal: str) -> None:
        """The goal for a session to come, written yesterday."""
        self._text(MicroGoal, session, next(self._meetings).goal, goal, self.life.at(1))

    def _text(
        self, model: type[MicroGoal] | type[Takeaway], session: Session, text: str, state: str, at: datetime
    ) -> None:
        if state != "none":
            shared_at = at if state == "shared" else None
            self.world.rows.add(model, session=session, text=text, submitted_at=at, shared_at=shared_at, **self.pair)

    def _book(self, day: date, step: int, minutes: int = LENGTH["one_on_one"]) -> datetime:
        return self.world.diary.book(self.coach, self.story.key, day, self.zone, self.life, minutes, step)

    def _within(self, first: int, last: int) -> datetime:
        minutes = LENGTH["one_on_one"]
        return self.world.diary.within(self.coach, self.story.key, self.zone, self.life, (first, last), minutes)

    def _month(self, instant: datetime) -> tuple[str, int, int]:
        day = local_day(instant, self.story.zone)
        return self.story.key, day.year, day.month


def group_meetings(world: World, everybody: list[Sessions]) -> None:
    """The cohort's meetings with Maya: two that were and one that comes."""
    rows, maya, zone = world.rows, world.people[MAYA], world.zone(MAYA)
    for days_ago, note in zip((53, 25, -11), (*GROUP_NOTES[:2], ""), strict=True):
        starts_at = clock(_working_day(local_day(world.now, zone) - days_ago * DAY), 16, 0, zone)
        ends_at = starts_at + LENGTH["group"] * MINUTE
        world.diary.take([MAYA, *(each.story.key for each in everybody)], starts_at, LENGTH["group"])
        planned = {"module": COHORT, "minutes": LENGTH["group"], "capacity": booking.SEATS}
        meeting = rows.add(GroupMeeting, coach=maya, starts_at=starts_at, **planned)
        rows.add(Attendance, person=maya, meeting=meeting, during=(starts_at, ends_at))
        for seat, each in enumerate(everybody, 1):
            if not note:
                each.add(starts_at, "group", meeting=meeting, seat=seat)
            else:
                marked_at = ends_at + 30 * MINUTE
                session = each.add(starts_at, "group", "occurred", meeting=meeting, seat=seat, marked_at=marked_at)
                rows.add(SharedNote, session=session, text=note, written_at=session.marked_at, **each.pair)


def _working_day(day: date) -> date:
    """The day, or the Friday before."""
    return day - max(0, day.weekday() - 4) * DAY
