"""What the demo's coachees do between sessions: assignments, resources, reflections, surveys."""

from typing import NamedTuple


class Task(NamedTuple):
    """An assignment: its title, instructions in Markdown, and what coachees answer, in order."""

    title: str
    instructions: str
    responses: tuple[str, ...]


TASKS: tuple[Task, ...] = (
    Task(
        "Map your stakeholders",
        "Draw everybody who can help or stop your project. For each:\n\n- what do they want?\n- when did you speak?",
        (
            "First version is done, fourteen names. Two of them I have never met.",
            "Met the first of the two. Glad I did.",
        ),
    ),
    Task(
        "Write your user manual",
        "One page for your team: how to work with you, **what you need**, how you like to get bad news.",
        ("Wrote it in twenty minutes, hesitated for two days, then sent it. Three people wrote theirs.",),
    ),
    Task(
        "Three conversations without advice",
        "Have three conversations in which you only ask questions. Note for each how it ended.",
        ("Managed one and a half.", "Third one today. She solved it herself and thanked me."),
    ),
    Task(
        "Energy log",
        "Each evening, one line: what gave me energy, what took it. Two weeks, no judging.",
        ("Day five: meetings before ten take most of it.", "Done. The pattern is almost embarrassing."),
    ),
    Task(
        "Say thank you, precisely",
        "Thank five people for one thing that you saw them do. Say what it made possible.",
        ("Four of five. The fourth asked whether I was leaving.",),
    ),
    Task(
        "Interview somebody who has your next job",
        "Thirty minutes, three questions:\n\n1. What surprised you?\n2. What do you miss?\n3. What would you skip?",
        ("Had coffee with the regional director. What she misses is being told the truth.",),
    ),
    Task(
        "Calendar in three colours",
        "Colour last week: own work, others’ work, nobody’s work. Bring the picture.",
        ("Eleven hours of nobody’s work. Picture attached to the fridge.",),
    ),
    Task(
        "Draft the hard message",
        "Write it as you would say it when angry. Wait a day. Write it as you want to be remembered.",
        ("The first one was fun. The second one is sent.",),
    ),
    Task(
        "Ask for feedback in one question",
        "Ask three people: *what is one thing I could do that would make your work easier?* Only thank them.",
        ("Two said: answer faster with a no. I did not expect that.", "The third wants me to come to the workshop."),
    ),
    Task(
        "Hand over one decision",
        "Choose a decision you take every week. Describe the limits, hand it over, and do not look for two weeks.",
        ("Handed over the shift swaps.", "Looked once. Sorry. It was fine."),
    ),
    Task(
        "Letter from a year ahead",
        "Write to yourself from a year in the future. What went well, and what did you stop doing?",
        ("It took me three evenings. I would like to read a part of it to you.",),
    ),
    Task(
        "Observe one meeting",
        "Sit in, say nothing, count: who speaks, who asks, who is interrupted.",
        ("Asked: two. Told: everybody else, me included, last week.",),
    ),
)

DELEGATE = Task(
    "Delegate one recurring meeting",
    "Pick a meeting that you lead. Hand it over **completely** for two weeks:\n\n- agenda\n- invitation\n- notes",
    (
        "I chose the weekly review. Tomas will lead it from Monday.",
        "First one is over. I was not there, and they sent me the decisions afterwards.",
    ),
)
FEEDBACK_LOG = Task(
    "Feedback log, three entries",
    "Give feedback three times and note the situation, what you said and what happened next.",
    (),
)

# title, last part of the address
RESOURCES: tuple[tuple[str, str], ...] = (
    ("Radical delegation", "radical-delegation"),
    ("How to listen when you already know the answer", "listen"),
    ("The two-minute opening of a hard conversation", "hard-conversation"),
    ("A calendar that tells the truth", "calendar"),
    ("Questions that open, questions that close", "questions"),
    ("What new managers stop doing first", "new-managers"),
    ("Feedback as a weekly habit", "feedback"),
    ("Leading people who were your peers", "peers"),
    ("Meetings that end with something decided", "meetings"),
    ("If-then plans, and why they work", "if-then-plans"),
    ("Saying no and staying kind", "saying-no"),
    ("The first ninety days, honestly", "ninety-days"),
    ("Making sense of your 360 report", "360-report"),
    ("Energy before time", "energy"),
    ("Psychological safety in small steps", "safety"),
    ("Seven levels of delegation", "handing-over"),
)

# A prompt for every week, with answers.
PROMPTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "What drained you this week?",
        (
            "Explaining the same decision four times. Next time I will write it down once.",
            "Waiting for a signature that I could have asked for on Monday.",
            "Being cheerful about a plan I don’t believe in.",
        ),
    ),
    (
        "What are you proud of that nobody saw?",
        (
            "I deleted a mail instead of sending it.",
            "I let the silence in the meeting last until somebody else spoke.",
            "I apologised to a person who had forgotten about it.",
        ),
    ),
    (
        "Where did you hold back?",
        (
            "In the budget round. I had the number and did not say it.",
            "With my deputy. I wanted to be liked more than I wanted to be clear.",
            "I did not ask the second question.",
        ),
    ),
    (
        "What did you learn about your team?",
        (
            "They plan better without me. They decide faster with me.",
            "Two of them are friends. I had thought the opposite for a year.",
            "The night shift has its own rules, and they are good ones.",
        ),
    ),
    (
        "Who helped you, and do they know?",
        (
            "The receptionist, every day. I told her today.",
            "My predecessor left notes that I found only now. Wrote to him.",
        ),
    ),
    (
        "What would you do again in the same way?",
        (
            "Say the bad news first and stay in the room.",
            "Go for a walk before the difficult call.",
        ),
    ),
    (
        "What is one thing you want to stop?",
        (
            "Answering messages in the evening and then being surprised that others do.",
            "Repairing other people’s slides.",
        ),
    ),
    (
        "When were you at your best?",
        (
            "On Tuesday, when everything broke and I only asked: what do we know?",
            "Teaching the new one how to read the numbers. An hour felt like ten minutes.",
        ),
    ),
    (
        "What question are you carrying around?",
        (
            "Whether I want to be a manager of managers at all.",
            "What I would do if I were not afraid of being slow.",
        ),
    ),
)

SURVEYS: tuple[str, ...] = (
    "Running one-to-ones",
    "Giving feedback",
    "Strategic focus",
    "Listening",
    "Delegation",
)

PEERS: tuple[str, ...] = (
    "Ingrid Solberg",
    "Kwame Mensah",
    "Lucía Ferrer",
    "Piotr Zieliński",
    "Fatima Al-Sayed",
    "Daniel O’Brien",
    "Chiara Lombardi",
    "Hiroshi Mori",
    "Anneke de Vries",
    "Rahul Menon",
    "Zanele Dube",
    "Marek Horák",
)
