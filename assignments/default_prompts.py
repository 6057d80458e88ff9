"""The prompts an installation begins with. Admins change, retire and add to them; programs may have their own."""

from __future__ import annotations

from typing import Any

TEXTS = (
    "What went better this week than you expected, and what was your part in it?",
    "Which conversation are you putting off? What would change if you had it?",
    "When were you at your best this week? What made that possible?",
    "What drained you, and what gave you energy?",
    "What did you try that you had not tried before? What did you notice?",
    "Where did you hold back? What would you have said?",
    "Whom did you help to grow this week, and how can you tell?",
    "What feedback did you get, in words or without them? What do you make of it?",
    "What are you doing that somebody else could do? What keeps you from handing it over?",
    "Think of a decision you made. What would you do the same way, and what differently?",
    "What are you proud of that nobody saw?",
    "If next week went well, what would be different by Friday?",
)


def add_default_prompts(model: Any) -> int:
    """Adds them where there are no prompts for all programs; returns how many. `model` is `Prompt`, of any state."""
    if model.objects.filter(program=None).exists():
        return 0
    rows = [model(program=None, text=text, position=10 * place) for place, text in enumerate(TEXTS, start=1)]
    return len(model.objects.bulk_create(rows))
