// Begins the time zone of somebody who comes in for the first time with the one their browser is set to.
(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const field of document.querySelectorAll("[data-browser-zone]")) {
    const offered = [...(field.list?.options ?? [])].some((option) => option.value === zone);
    // Only what stands there from the start is replaced, never what somebody typed. Browsers that hide say UTC.
    if (zone && zone !== "UTC" && offered && field.value === field.defaultValue && !field.form.querySelector("[aria-invalid]")) {
      field.value = zone;
    }
  }
})();
