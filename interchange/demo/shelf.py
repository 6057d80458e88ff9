"""The library of the demo, who was given what, the coach's templates, and the prompts of a program."""

from __future__ import annotations

from django.core.files.storage import default_storage

from assignments.models import (
    Assignment,
    AssignmentFile,
    AssignmentTemplate,
    Prompt,
    Reflection,
    Resource,
    Suggestion,
    TemplateFile,
)
from config.files import save_as
from interchange.demo import articles
from interchange.demo.between import DELEGATE, FEEDBACK_LOG, PROMPTS, TASKS
from interchange.demo.roster import AMARA, INES, MAYA, NEW_MANAGERS
from interchange.demo.times import DAY
from interchange.demo.world import World

SHEET = "demo/feedback-log.csv"
EVERYBODY, PRIVATE = Resource.Audience.EVERYBODY, Resource.Audience.PRIVATE


def library(world: World) -> None:
    """Inés fills the library for everybody; Maya keeps a list of questions for herself.."""
    ines, maya = world.people[INES], world.people[MAYA]
    for number, resource in enumerate(world.resources):
        resource.tags = list(articles.TAGS[resource.url.rsplit("/", 1)[-1]])
        resource.added_by, resource.added_at = ines, world.now - (300 - 9 * number) * DAY
    shelf = ((articles.HOVERING, EVERYBODY, ines), (articles.FEEDBACK, EVERYBODY, ines))
    for article, audience, owner in (*shelf, (articles.QUESTIONS, PRIVATE, maya)):
        world.rows.add(
            Resource,
            ref=article.ref,
            kind=Resource.Kind.ARTICLE,
            title=article.title,
            summary=article.summary,
            tags=list(article.tags),
            body=article.body,
            audience=audience,
            added_by=owner,
            added_at=world.now - 40 * DAY,
        )
    name, content = articles.LOG_SHEET
    world.rows.add(
        Resource,
        ref="demo-file-1",
        kind=Resource.Kind.FILE,
        title="Feedback log, a sheet to fill in",
        tags=["feedback"],
        file=SHEET,
        file_name=name,
        file_size=len(content.encode()),
        added_by=ines,
        added_at=world.now - 38 * DAY,
    )


def suggestions(world: World) -> None:
    """What Maya suggested; Amara has not opened hers."""
    by_ref = {resource.ref: resource for resource in world.rows.of(Resource)}
    for key, ref, note, days in articles.SUGGESTED:
        world.rows.add(
            Suggestion,
            resource=by_ref[ref],
            coach=world.people[MAYA],
            coachee=world.people[key],
            note=note,
            suggested_at=world.now - days * DAY,
        )


def templates(world: World) -> None:
    """What Maya gives again and again; the feedback log comes with its sheet."""
    name, content = articles.LOG_SHEET
    for task, due in ((DELEGATE, 14), (FEEDBACK_LOG, 21), (TASKS[0], 14), (TASKS[1], 7)):
        template = world.rows.add(
            AssignmentTemplate,
            owner=world.people[MAYA],
            title=task.title,
            instructions=task.instructions,
            due_in_days=due,
            made_at=world.now - 200 * DAY,
        )
        if task is FEEDBACK_LOG:
            sheet = {"file": SHEET, "name": name, "size": len(content.encode()), "added_at": template.made_at}
            world.rows.add(TemplateFile, template=template, **sheet)
            for given in _given(world, task.title):
                world.rows.add(AssignmentFile, assignment=given, **{**sheet, "added_at": given.assigned_at})


def _given(world: World, title: str) -> list[Assignment]:
    """Amara's assignments of that title."""
    amara = world.people[AMARA.key]
    return [one for one in world.rows.of(Assignment) if one.title == title and one.coachee is amara]


def prompts(world: World) -> None:
    """The prompts of one program; other programs use those of the installation."""
    asked = {}
    for position, (text, _answers) in enumerate(PROMPTS):
        asked[text] = world.rows.add(
            Prompt, program=world.programs[NEW_MANAGERS], text=text, position=10 * (position + 1)
        )
    for reflection in world.rows.of(Reflection):
        reflection.asked = asked.get(reflection.prompt)


def store_files() -> None:
    """Puts the demo's file where uploads are kept, unless it is there."""
    if not default_storage.exists(SHEET):
        save_as(SHEET, articles.LOG_SHEET[1].encode())


def attach(world: World) -> None:
    """Resources that go with assignments and templates. Called when everything has its id."""
    hovering = next(one for one in world.rows.of(Resource) if one.ref == articles.HOVERING.ref)
    given: list[Assignment | AssignmentTemplate] = [*world.rows.of(Assignment), *world.rows.of(AssignmentTemplate)]
    for one in given:
        if one.title == DELEGATE.title:
            one.resources.add(hovering)
