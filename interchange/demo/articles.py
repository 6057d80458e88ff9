"""What the demo's library holds beside links: articles written out, and a file."""

import re
from typing import NamedTuple

_WRAPPED = re.compile(r"(?<=[^\n])\n(?=[^\n>|0-9-])")


class Article(NamedTuple):
    """An article of the library, in Markdown."""

    ref: str
    title: str
    summary: str
    tags: tuple[str, ...]
    text: str

    @property
    def body(self) -> str:
        """The text without the line breaks that only this file needs."""
        return _WRAPPED.sub(" ", self.text)


HOVERING = Article(
    "demo-article-1",
    "Handing over without hovering",
    "How to give a task away and stay away from it, in four steps.",
    ("delegation", "trust"),
    """Most things that were handed over come back within two weeks. Not because the other person failed, but because
we stood behind their chair.

**1. Say what done looks like.** One sentence, so plain that a stranger could check it. *“On Friday at noon the team
knows which three orders ship first.”* Leave out how.

**2. Agree on the limits.** What may they decide alone, what do they tell you afterwards, and what do they ask first?
Write the three lists down. The middle one is the most useful, and the one that is usually missing.

**3. Choose one moment to look.** Put it into both calendars. Until then, questions come from them, not from you. When
your hand moves towards the chat, write the question on paper instead. Most of them answer themselves.

**4. Talk about it once it is over.** Begin with what went well, and ask before you tell: *what would you do in the
same way again?*

> The test of a handover is a mistake. If the first one brings the task back to your desk, it was a loan.

Try it with something small and weekly. A meeting is ideal: it is visible, it repeats, and nobody dies.
""",
)

FEEDBACK = Article(
    "demo-article-2",
    "Feedback in three sentences",
    "Situation, behaviour, effect. Then stop talking.",
    ("feedback", "conversations"),
    """Good feedback is short. Three sentences carry it:

| Sentence | Says | For example |
|---|---|---|
| Situation | when and where | “In the review on Tuesday,” |
| Behaviour | what a camera would have seen | “you answered before Ana had finished.” |
| Effect | what it did, to you or to the work | “I lost the thread, and she did not speak again.” |

Then stop. The silence belongs to the other person.

- Leave out *always* and *never*.
- Leave out what you believe they meant.
- Praise works in the same three sentences, and is rarer.

If you cannot say what a camera would have seen, you are not ready yet. Wait a day.
""",
)

QUESTIONS = Article(
    "demo-article-3",
    "Twelve questions for the first session",
    "My own list. I use two or three of them, never all.",
    ("questions",),
    """1. What would make this hour worth it?
2. What have you tried already?
3. What are you tolerating?
4. Who notices first when you do well?
5. What would you do if nobody were disappointed?
6. What is the smallest version of that?
7. What do you know about this that you would rather not?
8. If it stays as it is for a year, what then?
9. Whose voice is that?
10. What are you proud of that nobody saw?
11. What do you need from me today, and what not?
12. What will you do, by when, and how shall I hear of it?
""",
)

# Sheet that goes with the feedback log: name, what it is called, content.
LOG_SHEET = (
    "Feedback log.csv",
    "Date,With whom,Situation,What I said,What happened next\n,,,,\n,,,,\n,,,,\n",
)

TAGS: dict[str, tuple[str, ...]] = {
    "radical-delegation": ("delegation",),
    "listen": ("conversations", "listening"),
    "hard-conversation": ("conversations",),
    "calendar": ("energy", "focus"),
    "questions": ("listening", "questions"),
    "new-managers": ("beginning",),
    "feedback": ("feedback",),
    "peers": ("beginning", "team"),
    "meetings": ("focus", "team"),
    "if-then-plans": ("habits",),
    "saying-no": ("conversations", "focus"),
    "ninety-days": ("beginning",),
    "360-report": ("feedback",),
    "energy": ("energy",),
    "safety": ("team",),
    "handing-over": ("delegation", "trust"),
}

# What coaches answer to a response.
ANSWERS = (
    "Thank you for writing it down. What surprised you most?",
    "That is a real step. Keep the part that was uncomfortable, it is where the learning is.",
    "Good. Bring this to our next session, and think of one question about it until then.",
    "I like how plainly you put it. Who else should read this?",
    "What would you do differently if you did it once more tomorrow?",
)

SUGGESTED = (
    # whom, which resource (ref), note, days ago
    ("amara", "demo-article-1", "Step 2 is the one we talked about. Write the three lists before Monday.", 2),
    ("jonas", "demo-article-2", "Three sentences, then silence. You know why.", 6),
    ("priya", "demo-06", "For the new deputies, too.", 11),
)
