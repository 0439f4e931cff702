// Forms and links change the page in place, and it follows the world by itself; while somebody
// is typing, choosing or reading a menu it waits until they are done.
const framed = self !== top;
const all = (what) => [...document.querySelectorAll(what)];
const NAMED = "a, button, input:not([type=hidden]), select, textarea, summary";
const nameOf = (it) => it.id || it.getAttribute("aria-label") || it.name + it.textContent.trim();
let asking = false;
let followed = 0;
document.documentElement.classList.toggle("framed", framed);

function busy() {
  const at = document.activeElement;
  return (at && at.matches("input, textarea, select")) ||
    all("input:not([type=hidden]), textarea").some((it) => it.value !== it.defaultValue || it.checked !== it.defaultChecked) ||
    all("main option").some((each) => each.selected && !each.defaultSelected && each.index > 0) ||
    all("details.menu[open]").length > 0;
}

function startHere() {
  const newest = document.querySelector("p.new") ?? all("article.message").at(-1);
  if (newest?.getBoundingClientRect().top > innerHeight / 2) newest.scrollIntoView();
}

function focusOn(found) {
  found?.focus({ preventScroll: true });
}

// What is unfolded stays so, and the focus stays on what has the same name; an opened modal takes it.
function put(fresh, moved) {
  const open = moved ? [] : all("details[id][open]").map((each) => each.id);
  const at = document.activeElement, named = at && at !== document.body && nameOf(at);
  const place = named ? all(NAMED).filter((each) => nameOf(each) === named).indexOf(at) : -1;
  const had = document.querySelector("dialog") !== null;
  const said = all("article.message").length;
  const follows = Date.now() < followed || scrollY + innerHeight > document.documentElement.scrollHeight - 40;
  document.querySelector(".columns").replaceWith(fresh.querySelector(".columns"));
  open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
  if (!moved && follows && all("article.message").length > said) all("article.message").at(-1).scrollIntoView();
  const modal = document.querySelector("dialog");
  if (modal && !had) return focusOn(modal.querySelector("[form=modal]:not(button)") ?? modal.querySelector("button"));
  if (!named) return;
  const alike = all(NAMED).filter((each) => nameOf(each) === named);
  focusOn(alike[place] ?? alike[0]);
}

async function go(address, sent = {}) {
  asking = true;
  try {
    const answer = await fetch(address, { cache: "no-store", ...sent });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!fresh.querySelector(".columns")) return location.assign(answer.url);
    const moved = answer.url !== location.href && !new URL(answer.url).search.includes("notice=");
    if (answer.url !== location.href) history.pushState(null, "", answer.url);
    put(fresh, moved);
    if (!moved) return;
    scrollTo(0, 0);
    startHere();
    document.querySelector("article.asked")?.scrollIntoView({ block: "nearest" });
  } finally {
    asking = false;
  }
}

async function look() {
  if (asking) return;
  const count = await (await fetch("/changes", { cache: "no-store" })).text();
  if (count === document.querySelector(".columns").dataset.seen || busy() || asking) return;
  const page = await (await fetch(location.href, { cache: "no-store" })).text();
  if (!asking && !busy()) put(new DOMParser().parseFromString(page, "text/html"), false);
}

const shut = (but) => all("details.menu[open]").forEach((each) => each.contains(but) || each.removeAttribute("open"));
const tellParent = () => framed && parent.postMessage("network", "*");

document.addEventListener("submit", (submitted) => {
  const form = submitted.target;
  if (form.target === "network") tellParent();
  if (form.target) return;
  submitted.preventDefault();
  // Whoever says something sees what is said to it.
  if (form.matches(".box")) followed = Date.now() + 8000;
  const body = new URLSearchParams(new FormData(form, submitted.submitter));
  shut(null);
  all("input, textarea").forEach((each) => each.form === form && each.blur());
  go(form.getAttribute("action"), { method: "POST", body }).catch(() => location.reload());
});
// An input that acts at once tells the app what was chosen; the page stays as it is.
document.addEventListener("change", ({ target }) => {
  const acts = target.closest("[data-acts]");
  if (!acts) return;
  const body = new URLSearchParams(acts.dataset.acts);
  for (const [name, value] of new FormData(target.form)) {
    if (name === target.name) body.append(name.split(".")[0], value);
  }
  fetch("/act/press", { method: "POST", body, redirect: "manual" }).catch(() => {});
});
document.addEventListener("click", (click) => {
  shut(click.target.matches(".deny") ? null : click.target);
  const link = click.target.closest("a[href]");
  if (link?.target === "network") tellParent();
  const plain = !(click.ctrlKey || click.metaKey || click.shiftKey || click.button);
  if (plain && link && !link.target && link.origin === location.origin && !link.hash) {
    click.preventDefault();
    go(link.href).catch(() => location.assign(link.href));
  }
  const write = click.target.closest("details.write:not([open]) > summary")?.parentElement;
  if (write) setTimeout(() => write.querySelector("textarea").focus());
});
document.addEventListener("keydown", (key) => {
  if (key.key !== "Escape") return;
  const menu = document.querySelector("details.menu[open]");
  if (!menu) return document.querySelector("dialog .shut")?.click();
  shut(null);
  menu.querySelector("summary").focus();
});
addEventListener("popstate", () => go(location.href).catch(() => location.reload()));

if (!document.querySelector("dialog")) startHere();
document.querySelector("article.asked")?.scrollIntoView({ block: "nearest" });
setInterval(() => look().catch(() => {}), 700);
