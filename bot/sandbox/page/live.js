// Asks whether the stand-in changed, and then puts the new page in place of the old one,
// unless somebody is typing or choosing; after a press the page stays where it was.
let seen = null;
const all = (what) => [...document.querySelectorAll(what)];
const place = location.pathname + (new URLSearchParams(location.search).get("as") ?? "")
  + (new URLSearchParams(location.search).get("at") ?? "");

function busy() {
  const at = document.activeElement;
  return (at && at.matches("input, textarea, select")) ||
    all("input[type=text], textarea").some((each) => each.value !== each.defaultValue) ||
    all("main option").some((each) => each.selected && !each.defaultSelected && each.index > 0) ||
    all("details.menu[open], details.write[open]").length > 0;
}

async function look() {
  const answer = await fetch("/changes", { cache: "no-store" });
  const count = await answer.text();
  if (seen !== null && count !== seen && !busy()) {
    const page = await (await fetch(location.href, { cache: "no-store" })).text();
    const open = all("details[id][open]").map((each) => each.id);
    const fresh = new DOMParser().parseFromString(page, "text/html");
    document.querySelector(".columns").replaceWith(fresh.querySelector(".columns"));
    open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
    seen = count;
  }
  if (seen === null) seen = count;
}

document.addEventListener("submit", () => {
  sessionStorage.setItem("was", JSON.stringify([place, scrollY]));
});
document.addEventListener("click", (click) => {
  all("details.menu[open]").forEach((each) => each.contains(click.target) || each.removeAttribute("open"));
});
document.addEventListener("toggle", (toggled) => {
  if (toggled.target.open) toggled.target.querySelector("textarea")?.focus();
}, true);

const [was, y] = JSON.parse(sessionStorage.getItem("was") ?? "[]");
sessionStorage.removeItem("was");
const newest = document.querySelector("p.new") ?? all("article.message").at(-1);
if (was === place) scrollTo(0, y);
else if (!document.querySelector("dialog") && newest?.getBoundingClientRect().top > innerHeight / 2) {
  newest.scrollIntoView();
}

setInterval(() => look().catch(() => {}), 1000);
