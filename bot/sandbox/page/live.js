// Asks whether the stand-in changed, and then puts the new page in place of the old one,
// unless somebody is typing.
let seen = null;
function busy() {
  const at = document.activeElement;
  const typed = [...document.querySelectorAll("input[type=text], textarea")];
  return (at && at.matches("input, textarea, select")) ||
    typed.some((each) => each.value !== each.defaultValue) ||
    document.querySelector("details.menu[open]");
}
async function look() {
  const answer = await fetch("/changes", { cache: "no-store" });
  const count = await answer.text();
  if (seen !== null && count !== seen && !busy()) {
    const page = await (await fetch(location.href, { cache: "no-store" })).text();
    const fresh = new DOMParser().parseFromString(page, "text/html");
    document.querySelector(".columns").replaceWith(fresh.querySelector(".columns"));
    seen = count;
  }
  if (seen === null) seen = count;
}
setInterval(() => look().catch(() => {}), 1000);
