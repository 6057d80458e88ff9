"""What is written about the demo's sessions. The four texts of one meeting belong together."""

from typing import NamedTuple


class Meeting(NamedTuple):
    """The coachee's goal and takeaway, the coach's note for both and the coach's own."""

    goal: str
    takeaway: str
    shared: str
    private: str


MEETINGS: tuple[Meeting, ...] = (
    Meeting(
        "Decide which of my recurring meetings I could leave to somebody else.",
        "I keep the weekly review because it makes me feel needed, not because it needs me.",
        "Looked at six recurring meetings. Two can be handed over this month, one can go.",
        "Voice changes when it comes to being needed. Stay with this, do not rush to the calendar.",
    ),
    Meeting(
        "Practise the first two minutes of the talk about missed deadlines.",
        "Say what I saw, ask what was behind it, and then wait. The waiting is the work.",
        "Rehearsed the opening three times, shorter each time. To be held before Friday.",
        "Rehearsal went from accusation to curiosity by the third round. Ask next time what the silence was like.",
    ),
    Meeting(
        "Understand why I say yes to everything that comes from the board.",
        "A slow yes is worth more than a fast one. I answer such requests the next morning.",
        "Every request from above gets the sentence: I will tell you tomorrow what it would cost.",
        "Old story about being the eldest. Touched on lightly, not ours to open here unless invited.",
    ),
    Meeting(
        "Prepare how I tell the team about the new structure.",
        "People can bear not knowing. What they cannot bear is finding out that I knew.",
        "Drafted what is certain, what is open and when they will hear more. A fixed slot every Thursday.",
        "Worried about own position too. Said it only in the last five minutes.",
    ),
    Meeting(
        "Find one hour a week that belongs to thinking and defend it.",
        "The hour is not free time. It is where next month’s problems get smaller.",
        "Wednesday, nine to ten, booked until the end of the quarter. Door closed, mail closed.",
        "Third attempt at this. Ask what the hour is competing with, rather than when it fits.",
    ),
    Meeting(
        "Read the comments from my 360 without defending myself.",
        "Hard to read does not mean cold. I can say that I am pleased when I am pleased.",
        "Sorted the comments into: knew it, did not know it, do not agree yet. One thing to try from each pile.",
        "Took the manager’s remark hard. The word ‘yet’ on the third pile was theirs, a good sign.",
    ),
    Meeting(
        "Stop solving problems that my leads could solve.",
        "My first question is now: what have you already thought of?",
        "Three questions to use before any answer. To be tried in five conversations and counted.",
        "Enjoys being the expert and is good at it. Look for another source of that satisfaction.",
    ),
    Meeting(
        "Work out what I want from the talk with my own manager.",
        "I went in with six wishes. It is one: decide on hiring without asking first.",
        "Down from six wishes to one sentence. Fallback agreed in case the answer is ‘later’.",
        "Manager seems to be supportive, caution is a habit from the previous place.",
    ),
    Meeting(
        "Get the two team leads to talk to each other and not through me.",
        "I was the post office. I closed it.",
        "Both leads get the same message on the same day. The three of you meet once, then they meet alone.",
        "Secretly likes one of the two better and knows it. Came close to saying so.",
    ),
    Meeting(
        "Plan my first hundred days in the wider role.",
        "Listen for thirty days, and write down what I would have changed on day one.",
        "List of twelve people to meet, with one question for all of them. No promises before day thirty.",
        "Impostor feelings, named as such, with humour. Good energy.",
    ),
    Meeting(
        "Give feedback to the colleague who talks over others.",
        "I can describe the minute in which it happened. That is enough, I need no theory about the person.",
        "One situation, one effect, one wish. To be said within a day of the next time it happens.",
        "Was talked over themselves as a junior. Feels old anger, keeps it out of the plan very well.",
    ),
    Meeting(
        "Look at my week as somebody else would see it.",
        "I spend eleven hours on things I have delegated.",
        "Coloured last week’s calendar: own work, others’ work, nobody’s work. The third colour goes first.",
        "Shocked by the picture and laughed. Motivation is high, watch out for doing it all at once.",
    ),
    Meeting(
        "Rehearse the presentation for the steering group.",
        "One decision, two reasons, one risk. The rest is for the questions.",
        "From twenty slides to four. The opening sentence is the decision we ask for.",
        "Calm once the structure was clear. Fear is about one person in the room, next time.",
    ),
    Meeting(
        "Decide whether to apply for the position in the other region.",
        "I don’t want the job. I want to be asked. That is worth knowing.",
        "Two columns, one for the work and one for the title. The answer was in the first column.",
        "Partner has not been told yet. Their pace.",
    ),
    Meeting(
        "Handle the conflict about the on-call rota.",
        "Fair is not the same as equal, and I can say so.",
        "Three options to take to the team, and one that is not on the table and why.",
        "Tends to carry others’ anger home. Sleep is better than last month.",
    ),
    Meeting(
        "Learn to end meetings with something decided.",
        "The last five minutes are the meeting. The rest is preparation.",
        "From now on each agenda item ends with: who does what until when. Somebody else writes it down.",
        "Light session, good laugh. Needed one.",
    ),
    Meeting(
        "Talk about the mistake in the last release without hiding.",
        "I told them my part first. After that everybody had one.",
        "Outline for the review: what we expected, what happened, what we learned. No names in the slides.",
        "Very hard on themselves. Asked what they would say to a friend, long pause.",
    ),
    Meeting(
        "Build up one person who could do my job.",
        "She is ready. I was not.",
        "Six steps from watching to doing alone, with dates. The first is next week’s customer call.",
        "Fear of becoming superfluous is out in the open now. Return to it in a month.",
    ),
    Meeting(
        "Find out what gives me energy in this job.",
        "Teaching. I had it down as a distraction.",
        "Energy log for two weeks, one line a day. First pattern: mornings with people, afternoons without.",
        "Quieter than usual. Checked in, nothing acute, agreed to say so if that changes.",
    ),
    Meeting(
        "Have a better start into the day than the inbox.",
        "First one thing of my own, then the others’.",
        "Mail from ten o’clock. One card on the desk in the evening with tomorrow’s first task.",
        "Small topic on purpose, needed something that works. Do build on it.",
    ),
    Meeting(
        "Prepare the appraisal talks.",
        "I prepare the easiest and the hardest, the others live in between.",
        "Two talks worked through. Structure: looking back, looking ahead, what do you need from me.",
        "Avoids praise as much as criticism. Try praise first.",
    ),
    Meeting(
        "Understand why I get impatient with slow starters.",
        "I was one. Somebody waited for me.",
        "Agreed on one person to give three weeks without rescue. Weekly question: what did you try?",
        "Strong moment when remembering their first boss. Let it stand.",
    ),
)

FLASH_NOTES: tuple[str, ...] = (
    "Ten minutes on the opening, ten on the worst question they could ask.",
    "One decision, thought through once from each side.",
    "Sorted a full week into must, should and somebody else.",
    "Went through the mail line by line. Half as long now, twice as clear.",
)

GROUP_NOTES: tuple[str, ...] = (
    "Everybody brought one task to give away. Pairs worked out to whom, how and what could go wrong.",
    "Second round: what came back to you, and what did you do with it? Next time each brings one success.",
    "Cohort agreed on a rule of three: explain once, watch once, let go.",
)
