// Keeps the strip between the two sides true, and presses its buttons without leaving the page.
const strip = document.querySelector("#strip");

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

strip.addEventListener("submit", async (submitted) => {
  submitted.preventDefault();
  const action = submitted.target.getAttribute("action");
  await fetch(action, { method: "POST", redirect: "manual" });
  if (action.endsWith("/again")) setTimeout(() => location.reload(), 2500);
  draw().catch(() => {});
});

setInterval(() => draw().catch(() => {}), 1000);
