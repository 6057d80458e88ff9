// Tabs, and links in the bar, that do not fit scroll sideways: the page opens with the current one in view.
document.addEventListener("DOMContentLoaded", () => {
  for (const tab of document.querySelectorAll(":is(.tabs, .nav-items) [aria-current]")) {
    const strip = tab.closest(".tabs, .nav-items");
    const middle = tab.getBoundingClientRect().left - strip.getBoundingClientRect().left - (strip.clientWidth - tab.offsetWidth) / 2;
    if (strip.scrollWidth > strip.clientWidth) strip.scrollLeft += middle;
  }
});
