// What a script adds to pages that work without one: they renew themselves, and changes open above the list.
(() => {
  "use strict";
  const EVERY_MS = 5000;
  const main = document.getElementById("main");
  const dialog = document.getElementById("dialog");
  const button = document.getElementById("live");
  const address = main && main.dataset.live;
  let opener = null;

  const kept = (key, value) => {
    try {
      if (value === undefined) return sessionStorage.getItem(key);
      sessionStorage.setItem(key, value);
    } catch { /* a browser may refuse; then nothing is remembered */ }
    return null;
  };

  // Live pages. Who reads or types is left alone: WCAG 2.2, success criterion 2.2.2.
  if (address && button) {
    let live = kept("live") !== "no";
    const word = button.querySelector(".live-word");
    const show = () => {
      button.setAttribute("aria-pressed", String(live));
      word.textContent = live ? "Live" : "Paused";
    };
    button.hidden = false;
    show();
    button.addEventListener("click", () => {
      live = !live;
      kept("live", live ? "yes" : "no");
      show();
      if (live) renew();
    });
    const busy = () => document.hidden || dialog.open || !window.getSelection().isCollapsed ||
      main.querySelector("form :focus") !== null;
    const renew = () => window.htmx.ajax("GET", address, { target: "#main", swap: "innerHTML" });
    setInterval(() => { if (live && !busy()) renew(); }, EVERY_MS);

    let open = [];
    main.addEventListener("htmx:beforeSwap", (event) => {
      open = [...main.querySelectorAll("details[open][id]")].map((one) => one.id);
      const scrolled = [...main.querySelectorAll(".scroll")].map((one) => [one.scrollLeft, one.scrollTop]);
      main.addEventListener("htmx:afterSwap", () => {
        for (const id of open) document.getElementById(id)?.setAttribute("open", "");
        main.querySelectorAll(".scroll").forEach((one, at) => {
          if (scrolled[at]) [one.scrollLeft, one.scrollTop] = scrolled[at];
        });
      }, { once: true });
      button.classList.toggle("lost", event.detail.xhr.status >= 400);
    });
    document.body.addEventListener("htmx:sendError", () => button.classList.add("lost"));
  }

  // Changes in a dialog; without a script, or with a modifier key, the link leads to the same as a page.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-dialog]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
      event.preventDefault();
      opener = link.id;
      window.htmx.ajax("GET", link.getAttribute("href"), { target: "#dialog-body", swap: "innerHTML" }).then(() => {
        if (dialog.querySelector("h1")) {
          dialog.showModal();
          dialog.querySelector("[autofocus], textarea, h1")?.focus();
        }
      });
    } else if (event.target.closest("#dialog [data-close]")) {
      event.preventDefault();
      dialog.close();
    }
  });
  dialog?.addEventListener("close", () => {
    document.getElementById("dialog-body").replaceChildren();
    if (opener) document.getElementById(opener)?.focus();
  });
  // A refusal is an answer too, and is shown in its place.
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id === "dialog-body" && event.detail.xhr.status < 500) event.detail.shouldSwap = true;
  });
})();
