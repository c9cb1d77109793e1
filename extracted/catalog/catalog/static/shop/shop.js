// Pages are the same for everyone; what is personal is filled in here, so the shop works without it.
(async () => {
  const account = document.querySelector("[data-account]");
  const badge = document.querySelector("[data-cart-count]");
  try {
    const answer = await fetch("/api/session/", { headers: { Accept: "application/json" } });
    if (answer.ok) {
      const session = await answer.json();
      if (session.user) account.textContent = session.user.name;
      if (session.cart_count) {
        badge.textContent = session.cart_count;
        badge.hidden = false;
      }
    }
  } catch { /* the plain links stay */ }

  for (const place of document.querySelectorAll("[data-fragment]")) {
    try {
      const answer = await fetch(place.dataset.fragment);
      if (answer.ok) place.innerHTML = await answer.text();
    } catch { /* the link in it stays */ }
  }
})();
