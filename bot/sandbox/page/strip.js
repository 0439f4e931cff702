// Keeps the strip between the two sides true, and presses its buttons without leaving the page.
const strip = document.querySelector("#strip");
const tabs = [...document.querySelectorAll(".tabs a")];

async function draw() {
  const told = await fetch("/strip", { cache: "no-store" });
  if (!told.ok) return;
  const fresh = await told.text();
  if (fresh === strip.dataset.seen) return;
  strip.dataset.seen = fresh;
  const open = [...strip.querySelectorAll("details[open]")].map((each) => each.id);
  const at = strip.contains(document.activeElement) && document.activeElement.closest("form")?.getAttribute("action");
  strip.innerHTML = fresh;
  open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
  if (at) strip.querySelector(`form[action="${at}"] button`)?.focus();
}

// When everything begins again the sides are drawn as soon as somebody answers.
async function again() {
  try {
    await new Promise((done) => setTimeout(done, 1500));
    if ((await fetch("/strip", { cache: "no-store" })).ok) return location.reload();
  } catch { /* not there yet */ }
  again();
}

strip.addEventListener("submit", async (submitted) => {
  submitted.preventDefault();
  const action = submitted.target.getAttribute("action");
  await fetch(action, { method: "POST", redirect: "manual" });
  if (action.endsWith("/again")) again();
  draw().catch(() => {});
});

// On a narrow screen one part is shown at a time; what leads to the network shows it.
function pick(part) {
  document.body.dataset.part = part;
  tabs.forEach((tab) => (tab.hash === `#${part}` ? tab.setAttribute("aria-current", "true") : tab.removeAttribute("aria-current")));
}
tabs.forEach((tab) => tab.addEventListener("click", (click) => {
  click.preventDefault();
  pick(tab.hash.slice(1));
}));
addEventListener("message", (told) => told.origin === location.origin && told.data === "network" && pick("network"));

pick(location.hash.slice(1) || "strip");
setInterval(() => draw().catch(() => {}), 700);
