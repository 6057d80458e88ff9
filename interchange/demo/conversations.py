"""What coaches and coachees of the demo write to each other. Each exchange is a few lines of (sender, text)."""

COACHEE, COACH = "coachee", "coach"
Exchange = tuple[tuple[str, str], ...]

EXCHANGES: tuple[Exchange, ...] = (
    (
        (COACHEE, "I had the talk about missed deadlines today. Shorter than I feared, and we both knew it was due."),
        (COACH, "Well done for not waiting until Friday. What did you say first?"),
        (COACHEE, "I told them what I had seen and asked what was behind it. Then I stopped talking."),
    ),
    (
        (COACHEE, "Quick question: is it all right to say in the meeting that I don’t know yet?"),
        (COACH, "More than all right. Say when you will know, and who will hear it from you."),
    ),
    (
        (COACH, "How did the first week without the daily check-in go?"),
        (COACHEE, "Odd for two days, then quiet. Nobody missed it, I think I was the only one who needed it."),
    ),
    (
        (COACHEE, "My manager moved the budget round forward, so I have to present on Monday."),
        (COACH, "Then let us keep it simple: one decision you need, two reasons, one risk. Want to try it on me?"),
        (COACHEE, "Yes please. I’ll record three minutes tonight and send it."),
    ),
    (
        (COACHEE, "I noticed I interrupt when I am nervous. Twice this morning, same person both times."),
        (COACH, "Noticing is the hard part. What could you do with your hands while they finish?"),
    ),
    (
        (COACHEE, "The new lead said yes. She starts in January."),
        (COACH, "Wonderful. What will you hand over in her first month, and what will you keep on purpose?"),
        (COACHEE, "Hand over planning, keep the customer calls until March."),
    ),
    (
        (COACH, "I was thinking about what you said on being the only one who sees the whole picture. Still true?"),
        (COACHEE, "Less than I like to believe. Two people explained the roadmap better than I do."),
    ),
    (
        (COACHEE, "I said no to the steering group. Nobody was upset, they asked somebody else in five minutes."),
        (COACH, "How does that sit with you?"),
        (COACHEE, "A bit hurt, to be honest, and then very relieved."),
    ),
    (
        (COACHEE, "Three one-to-ones cancelled this week, all by me. I see the pattern."),
        (COACH, "What would have to be true for the next one to be untouchable?"),
    ),
    (
        (COACHEE, "I tried your question: what have you already thought of? He had two answers ready."),
        (COACH, "And you got twenty minutes back."),
    ),
    (
        (COACHEE, "Could we talk about the reorganisation next time? I found out together with my team."),
        (COACH, "Of course. Until then: what do they need to hear from you this week, even if it is little?"),
        (COACHEE, "That I don’t know more than they do and will ask every Thursday until I do."),
    ),
    (
        (COACH, "A thought after our call: you described the project in numbers and the people in adjectives."),
        (COACHEE, "Ouch. Fair. I’ll write down one thing I saw each of them do."),
    ),
    (
        (COACHEE, "I slept eight hours twice this week, which I mention because it is news."),
        (COACH, "Good news. What did you leave undone so that it could happen?"),
    ),
    (
        (COACHEE, "The feedback round is done. One comment says I am hard to read."),
        (COACH, "What do you think they were trying to read?"),
        (COACHEE, "Whether I was pleased. I usually was. I never say so."),
    ),
    (
        (COACHEE, "Here is my draft for the team letter. Is the second paragraph too soft?"),
        (COACH, "Not soft, only long. The sentence that starts with ‘I decided’ can go first."),
    ),
    (
        (COACH, "You wanted me to ask on Wednesday: did you book the two hours for thinking?"),
        (COACHEE, "Booked, kept, and I closed the mail. It felt like playing truant."),
    ),
    (
        (COACHEE, "He asked for a raise in the corridor and I said I would see what I can do. I wish I hadn’t."),
        (COACH, "You can still say that you answered too fast. When do you see him next?"),
        (COACHEE, "Tomorrow at ten. I’ll say it in the first minute."),
    ),
    (
        (COACHEE, "I ran the retrospective without opening my laptop. People talked to each other instead of to me."),
        (COACH, "That is a whole month’s worth of change in one sentence."),
    ),
    (
        (COACHEE, "Is it normal that I miss doing the work myself?"),
        (COACH, "Very. Which part of it, the making or the being good at it?"),
        (COACHEE, "The second. I’d rather not have known."),
    ),
    (
        (COACHEE, "Parents’ evening went well, I let the two teachers lead and only closed it."),
        (COACH, "What did you see from the back of the room?"),
    ),
    (
        (COACHEE, "I wrote the three sentences before the call, as we said. Used one, but I was calm."),
        (COACH, "Then the other two did their work as well."),
    ),
    (
        (COACH, "No need to answer today: what are you tolerating at the moment that you could end with one mail?"),
        (COACHEE, "The Monday report. Nobody has opened it since summer. I sent the mail."),
    ),
    (
        (COACHEE, "My peer took my idea to the board as hers. I am writing to you instead of to her."),
        (COACH, "Good choice of address. What do you want her to do differently next time?"),
        (COACHEE, "Name me, or take me along. That is really all."),
    ),
    (
        (COACHEE, "Short update: handed the rota to Beth, she changed it within an hour, and it is better."),
        (COACH, "How was that hour?"),
    ),
    (
        (COACHEE, "I asked the quiet one first. There was a long silence and then the best idea of the day."),
        (COACH, "You held the silence. Write down how long it felt and how long it was."),
    ),
    (
        (COACHEE, "I’m dreading the appraisal talks, I have seven in two weeks."),
        (COACH, "Pick the easiest and the hardest and prepare only these two. The others live in between."),
    ),
    (
        (COACHEE, "Thank you for Tuesday. The picture of the two chairs stayed with me."),
        (COACH, "Which chair are you in this week?"),
        (COACHEE, "The one at the window. I moved."),
    ),
    (
        (COACHEE, "We lost the tender. I told the team in person and took the questions."),
        (COACH, "What did you hear in the questions?"),
        (COACHEE, "That they worry more about each other than about the money."),
    ),
    (
        (COACH, "You are half way through the program. What would you like to be different at the end?"),
        (COACHEE, "I want my team to argue in front of me and not after the meeting."),
    ),
    (
        (COACHEE, "I left at five on Thursday and said so out loud. Two others left as well."),
        (COACH, "That was leadership, with a coat on."),
    ),
    (
        (COACHEE, "Can I send you the stakeholder map? I am not sure about the upper left corner."),
        (COACH, "Please do. And tell me who would be surprised to find themselves there."),
    ),
    (
        (COACHEE, "He apologised before I could even begin. I had prepared for an hour."),
        (COACH, "What will you do with the hour’s worth of clarity?"),
        (COACHEE, "Ask him to help me write down how we work together."),
    ),
    (
        (COACHEE, "I caught myself fixing the slides at eleven at night. Closed the file, sent two comments instead."),
        (COACH, "And the slides survived?"),
        (COACHEE, "They were fine. Different from mine, and fine."),
    ),
    (
        (COACHEE, "First time I chaired the whole leadership meeting. Voice steady, hands not."),
        (COACH, "Nobody looks at hands. What did you do when it got loud?"),
        (COACHEE, "I repeated the question. It helped more than it should."),
    ),
)

# People also write in the language they think in. Their coaches read it.
IN_LANGUAGE: dict[str, tuple[Exchange, ...]] = {
    "ar": (
        (
            (COACHEE, "تحدثت اليوم مع الفريق عن المواعيد، وكان الحوار أهدأ مما توقعت."),
            (COACH, "I am glad. What made it calm?"),
        ),
        ((COACHEE, "شكراً على سؤالك الأخير، ما زلت أفكر فيه."), (COACH, "Take your time with it, it will keep.")),
    ),
    "es": (
        (
            (COACHEE, "Hoy dejé que el equipo decidiera sin mí. Tardaron diez minutos."),
            (COACH, "¿Y qué hiciste tú con esos diez minutos?"),
            (COACHEE, "Mirar por la ventana. Me costó más que la reunión."),
        ),
        (
            (COACHEE, "¿Podemos hablar de la evaluación de mi jefe la próxima vez?"),
            (COACH, "Claro. Tráete una frase suya que te haya quedado."),
        ),
    ),
    "ja": (
        (
            (COACHEE, "今日は会議で最後まで話を聞けました。小さな一歩です。"),
            (COACH, "A small step that everybody in the room will have noticed."),
        ),
    ),
    "pt-BR": (
        (
            (COACHEE, "Consegui dizer não ao projeto extra, com calma e com um motivo."),
            (COACH, "Como reagiram?"),
            (COACHEE, "Agradeceram a clareza. Eu não esperava."),
        ),
    ),
    "uk": (
        (
            (COACHEE, "Сьогодні вперше сказав команді, що не знаю відповіді. Ніхто не впав зі стільця."),
            (COACH, "And you are still their lead. What came after the silence?"),
        ),
    ),
    "sv": (
        (
            (COACHEE, "Mötet blev kortare än vanligt, jag ställde bara frågor."),
            (COACH, "Which of the questions did the most work?"),
        ),
    ),
}

WELCOME: Exchange = (
    (COACH, "Welcome. I am looking forward to working with you. Is there anything I should know before we start?"),
    (COACHEE, "Thank you. Only that I prefer straight questions. And that I am a little nervous."),
    (COACH, "Straight questions it is. The nerves are welcome too."),
)
