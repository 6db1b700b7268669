// Shows HTML whose elements with `data-pick` can be picked, by mouse and by keyboard, and brings
// what was picked into view. What is inside changes only where the HTML does, and keeps the focus.
const PATIENCE = 3000;
let stay = new AbortController();

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".aq-picker") ?? made(parentElement);
  root.pick = (element) => {
    point(root, element.dataset.pick);
    setTriggerValue("picked", element.dataset.says ?? element.dataset.pick);
    show(element.dataset.shows);
  };
  if (root.html !== data.html) draw(root, data.html);
  point(root, data.at);
  if (data.shows && root.of !== data.of) show(data.shows);
  root.of = data.of;
}

function made(parent) {
  const root = document.createElement("div");
  root.className = "aq-picker";
  root.addEventListener("click", (event) => {
    const element = event.target.closest("[data-pick], [data-goes]");
    if (element?.dataset.pick) root.pick(element);
    else if (element) goal(root, element.dataset.goes)?.scrollIntoView({ block: "center" });
  });
  root.addEventListener("keydown", (event) => move(root, event));
  parent.append(root);
  return root;
}

function point(root, at) {
  for (const each of root.querySelectorAll("[data-pick]"))
    if (at && each.dataset.pick === at) each.setAttribute("aria-current", "step");
    else each.removeAttribute("aria-current");
}

function goal(root, number) {
  return root.querySelector(`[data-number~="${CSS.escape(number)}"]`);
}

function draw(root, html) {
  const held = root.contains(document.activeElement) ? document.activeElement.dataset.pick : null;
  const fresh = document.createElement("template");
  fresh.innerHTML = root.html = html;
  fill(root, fresh.content);
  const first = root.querySelector("[data-number]");
  const place = first?.closest(".aq-judged");
  if (place) place.scrollTop += top(first) - top(place) - place.clientHeight / 3;
  if (held && !root.contains(document.activeElement))
    root.querySelector(`[data-pick="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
}

// What is the same stays the element it is: a click that has begun on it ends on it.
function fill(old, fresh) {
  const was = [...old.childNodes], now = [...fresh.childNodes];
  for (const each of was.slice(now.length)) each.remove();
  now.forEach((each, at) => (was[at] ? become(was[at], each) : old.append(each)));
}

function become(old, fresh) {
  if (old.nodeName !== fresh.nodeName || old.dataset?.pick !== fresh.dataset?.pick)
    return old.replaceWith(fresh);
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  for (const { name } of [...old.attributes])
    if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes)
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  fill(old, fresh);
}

const top = (element) => element.getBoundingClientRect().top;

function move(root, event) {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  const all = [...root.querySelectorAll("[data-pick], [data-goes]")];
  const at = all.indexOf(document.activeElement);
  if (!step || at < 0) return;
  event.preventDefault();
  all[Math.min(Math.max(at + step, 0), all.length - 1)].focus();
}

// What is drawn above it in the next moments pushes it away again: it is brought back, unless
// somebody has begun to do something else by then.
function show(name) {
  stay.abort();
  if (!name) return;
  stay = new AbortController();
  const { signal } = stay;
  for (const act of ["wheel", "touchmove", "keydown", "pointerdown"])
    document.addEventListener(act, () => stay.abort(), { capture: true, passive: true, signal });
  keep(name, signal, Date.now() + PATIENCE);
}

function keep(name, signal, until) {
  if (signal.aborted) return;
  if (Date.now() > until) return stay.abort();
  const there = document.querySelector(`.st-key-${CSS.escape(name)}`);
  const open = there?.querySelector("[data-testid=stElementContainer]");
  if (open) there.scrollIntoView({ block: "nearest" });
  setTimeout(keep, 50, name, signal, until);
}
