// Asks whether the stand-in changed, and then puts the new page in place of the old one,
// unless somebody is typing or choosing; after a press the page stays where it was.
document.documentElement.classList.toggle("framed", self !== top);
const all = (what) => [...document.querySelectorAll(what)];

function busy() {
  const at = document.activeElement;
  return (at && at.matches("input, textarea, select")) ||
    all("input[type=text], textarea").some((each) => each.value !== each.defaultValue) ||
    all("main option").some((each) => each.selected && !each.defaultSelected && each.index > 0) ||
    all("details.menu[open]").length > 0;
}

async function look() {
  const count = await (await fetch("/changes", { cache: "no-store" })).text();
  if (count === document.querySelector(".columns").dataset.seen || busy()) return;
  const page = await (await fetch(location.href, { cache: "no-store" })).text();
  const open = all("details[id][open]").map((each) => each.id);
  const fresh = new DOMParser().parseFromString(page, "text/html");
  document.querySelector(".columns").replaceWith(fresh.querySelector(".columns"));
  open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
}

document.addEventListener("submit", (submitted) => {
  if (!submitted.target.target) sessionStorage.setItem("y", scrollY);
});
document.addEventListener("click", (click) => {
  all("details.menu[open]").forEach((each) => each.contains(click.target) || each.removeAttribute("open"));
  const write = click.target.closest("details.write:not([open]) > summary")?.parentElement;
  if (write) setTimeout(() => write.querySelector("textarea").focus());
});

const y = sessionStorage.getItem("y");
sessionStorage.removeItem("y");
const newest = document.querySelector("p.new") ?? all("article.message").at(-1);
if (y !== null) scrollTo(0, Number(y));
else if (!document.querySelector("dialog") && newest?.getBoundingClientRect().top > innerHeight / 2) {
  newest.scrollIntoView();
}

setInterval(() => look().catch(() => {}), 1000);
