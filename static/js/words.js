// How many words a text has, quietly beside it: [data-words] in the same form, with {n} for the number in its words.
(() => {
  const segmenter = new Intl.Segmenter(document.documentElement.lang, { granularity: "word" });
  const count = (text) => [...segmenter.segment(text)].filter((part) => part.isWordLike).length;
  const show = (text) => {
    const place = text.form?.querySelector("[data-words]"), number = count(text.value);
    if (place) place.textContent = number ? place.dataset[number === 1 ? "one" : "many"].replace("{n}", number) : "";
  };
  for (const text of document.querySelectorAll(".writing-text")) show(text);
  document.addEventListener("input", (event) => { if (event.target.matches(".writing-text")) show(event.target); });
})();
