// An open conversation asks every four seconds what is new while somebody looks at it, and less often while the server
// is away. What it gets is put at the end of the thread. Without this the page is as it was when it was loaded.
(() => {
  const talk = document.querySelector("[data-conversation]");
  if (!talk) return;
  const log = talk.querySelector("[role=log]"), box = log.parentElement, jump = talk.querySelector("[data-jump]");
  const QUICK = 4000, SLOW = 30000;
  let timer, asking, over, wait = QUICK;

  const atEnd = () => box.scrollTop > -48; // the box is turned round: it begins at its end, without scripts too
  const toEnd = () => { box.scrollTop = 0; jump.hidden = true; };
  const say = (words) => { const place = talk.querySelector("[data-talk-state]"); if (place.textContent !== words) place.textContent = words; };
  const mark = (marks) => {
    for (const old of log.querySelectorAll("[data-seen]")) old.remove();
    for (const one of [...marks.children]) log.querySelector(`#message-${one.dataset.seen} > .meta`)?.append(one);
  };
  const show = (html) => {
    const news = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
    const stay = !atEnd(), height = box.scrollHeight, from = box.scrollTop, marks = news.querySelector("[data-marks]");
    const own = news.querySelector("li.own"), fresh = news.querySelector("li");
    marks.remove();
    if ("far" in news.dataset) log.replaceChildren();
    for (const known of news.querySelectorAll("[id]")) if (log.querySelector(`#${known.id}`)) known.remove();
    if (fresh) log.querySelector("[data-nothing]")?.remove();
    Object.assign(talk.dataset, { newest: news.dataset.newest, read: news.dataset.read });
    log.append(...news.children);
    window.htmx?.process(log);
    mark(marks);
    if (stay && !own) { box.scrollTop = from - (box.scrollHeight - height); jump.hidden = !fresh && jump.hidden; } else toEnd();
  };
  const close = (status) => { // 404: nobody reads here any more; 410: nobody writes. What was typed stays to be copied.
    over = true;
    if (status === 404) { log.replaceChildren(); box.hidden = true; }
    const parts = document.querySelectorAll("[data-compose] :is(button, input, textarea)");
    for (const part of parts) part[part.matches("textarea") ? "readOnly" : "disabled"] = true;
    say(talk.dataset[status === 404 ? "gone" : "ended"]);
  };
  const ask = async () => {
    clearTimeout(timer);
    if (asking || over || document.hidden) return;
    asking = true;
    const { conversation, newest, read } = talk.dataset, options = { redirect: "manual", signal: AbortSignal.timeout(10000) };
    try {
      const answer = await fetch(`${conversation}&after=${newest}&read=${read}`, options), { status, type } = answer;
      if (status === 200) show(await answer.text());
      if (status === 404 || status === 410) close(status);
      else say(type === "opaqueredirect" ? talk.dataset.signedOut : status < 300 ? "" : talk.dataset.away);
      wait = status === 200 || status === 204 ? QUICK : Math.min(wait * 2, SLOW);
    } catch { wait = Math.min(wait * 2, SLOW); say(talk.dataset.away); }
    asking = false;
    timer = setTimeout(ask, wait);
  };

  document.addEventListener("message-sent", ask);
  document.addEventListener("visibilitychange", () => { wait = QUICK; ask(); });
  jump.addEventListener("click", toEnd);
  box.addEventListener("scroll", () => { if (atEnd()) jump.hidden = true; });
  if (!location.hash) document.querySelector("[data-compose]")?.scrollIntoView({ block: "nearest" });
  timer = setTimeout(ask, QUICK);
})();
