// A form with data-draft keeps its texts as a draft while they are written. What could not be saved is tried again and
// marked data-unsaved (unsent.js looks after it); what another tab has saved meanwhile is asked about.
(() => {
  const TEXTS = "textarea[name], input[name]:is([type=text], [type=date], [type=url], [type=search])";
  const states = new WeakMap(); // of a form: timer, changed, saving, over, what was sent last, the other tab's answer
  const of = (form) => states.get(form) ?? states.set(form, {}).get(form);
  const place = (form) => form.querySelector("[data-draft-state]");
  const texts = (form) => Object.fromEntries([...form.querySelectorAll(TEXTS)].map((one) => [one.name, one.value]));
  const same = (one, two) => Boolean(one && two) && Object.keys(one).every((name) => one[name] === two[name]);
  const say = (form, what, time = "") => {
    place(form).querySelector("[data-draft-words]").textContent = place(form).dataset[what].replace("{time}", time);
    place(form).querySelector("[data-draft-choice]").hidden = !of(form).other;
    place(form).setAttribute("role", what === "saved" ? "note" : "alert");
  };
  const plan = (form, wait) => { clearTimeout(of(form).timer); of(form).timer = setTimeout(save, wait, form); };
  const change = (form) => { of(form).changed = form.toggleAttribute("data-unsaved", true); plan(form, 800); };
  const post = (form, fields, { person, address } = place(form).dataset) => {
    const { draft: key, draftVersion: version } = form.dataset, token = form.elements.csrfmiddlewaretoken.value;
    const body = new URLSearchParams({ key, version, fields, person, csrfmiddlewaretoken: token });
    return fetch(address, { method: "POST", body, redirect: "manual", keepalive: fields.length < 20000 });
  };
  const signedInAgain = async (form) => { // in another tab: this page's token is not good any more
    const { token, person } = await (await fetch(place(form).dataset.address)).json();
    if (String(person) !== place(form).dataset.person) return false;
    for (const field of document.getElementsByName("csrfmiddlewaretoken")) field.value = token;
    return true;
  };
  async function save(form) {
    const mine = of(form), fields = texts(form);
    if (!mine.changed || mine.saving || mine.other || mine.over || !form.isConnected) return;
    Object.assign(mine, { saving: true, changed: false });
    let answer = {}, told = {};
    try {
      answer = await post(form, JSON.stringify(fields));
      if (answer.status === 403 && (await signedInAgain(form))) answer = await post(form, JSON.stringify(fields));
      if ([200, 409, 422].includes(answer.status)) told = await answer.json();
    } catch { /* away for the moment */ }
    const { status, type } = answer, unheard = status === 409 && same(mine.sent, told.fields); // our own, answer lost
    if (status === 200 || unheard) form.dataset.draftVersion = told.version;
    Object.assign(mine, { saving: false, sent: fields, other: status === 409 && !unheard ? told : null });
    mine.changed = form.toggleAttribute("data-unsaved", mine.changed || status !== 200);
    const why = { 409: told.version ? "other" : "gone", 422: "refused", 403: "signedOut" }[status];
    if (!unheard) say(form, status === 200 ? "saved" : (why ?? (type === "opaqueredirect" ? "signedOut" : "failed")), told.saved);
    if (mine.changed && status !== 422) plan(form, status === 200 || unheard ? 800 : 5000);
  }
  const form = (event) => event.target.closest?.("form[data-draft]");
  document.addEventListener("input", (event) => { if (form(event) && event.target.matches(TEXTS)) change(form(event)); });
  document.addEventListener("submit", (event) => { if (form(event)) of(form(event)).over = true; });
  document.addEventListener("htmx:afterRequest", (event) => { if (form(event)) of(form(event)).over = false; });
  window.addEventListener("pageshow", () => { document.querySelectorAll("form[data-draft]").forEach((one) => { of(one).over = false; }); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) document.querySelectorAll("form[data-draft]").forEach(save); });
  document.addEventListener("click", (event) => {
    const choice = event.target.dataset?.draftChoose, here = form(event), { other } = (here && of(here)) ?? {};
    if (!choice || !other) return;
    Object.assign(of(here), { other: null, changed: true });
    here.dataset.draftVersion = other.version;
    if (choice === "theirs") for (const one of here.querySelectorAll(TEXTS)) one.value = other.fields[one.name] ?? "";
    here.querySelector(TEXTS).dispatchEvent(new Event("input", { bubbles: true })); // whoever counts or previews hears it
  });
})();
