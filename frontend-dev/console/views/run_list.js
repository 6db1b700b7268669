// A table of runs, whose boxes select and whose links open one. Other people's text is text.
//
// What is selected is known here first: what the page answers may be of before the last click. It is
// taken from the page only with another turn, when the page has changed it by itself.
const FACTS = ["Evidence", "Tries", "Cost", "Time", "Asked"];

export default function ({ data, parentElement, setStateValue }) {
  const list = parentElement.querySelector(".aq-runs");
  if (list.turn === undefined) listen(list);
  if (list.turn !== data.turn) list.chosen = new Set(data.chosen);
  list.turn = data.turn;
  list.tell = () => setStateValue("chosen", { turn: list.turn, runs: [...list.chosen] });
  list.classList.toggle("aq-unboxed", !data.chosen);
  const said = JSON.stringify(data.rows);
  if (list.said !== said) draw(list, data.rows);
  list.said = said;
  mark(list);
}

function listen(list) {
  list.addEventListener("change", ({ target }) => {
    const boxes = target.closest("tbody") ? [target] : boxesOf(list);
    for (const { value } of boxes)
      if (target.checked) list.chosen.add(value);
      else list.chosen.delete(value);
    mark(list);
    list.tell();
  });
  list.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    history.pushState({}, "", link.href);
    dispatchEvent(new PopStateEvent("popstate")); // Streamlit goes where the address is
  });
}

const wholeOf = (list) => list.querySelector("thead input");
const boxesOf = (list) => [...list.querySelectorAll("tbody input")];

function mark(list) {
  const boxes = boxesOf(list);
  for (const box of boxes) box.checked = list.chosen.has(box.value);
  const count = boxes.filter((box) => box.checked).length;
  wholeOf(list).checked = count === boxes.length;
  wholeOf(list).indeterminate = count > 0 && count < boxes.length;
}

const runOf = (element) => element.value ?? element.href;

function draw(list, rows) {
  const held = document.activeElement;
  const body = list.querySelector("tbody");
  const inside = body.contains(held);
  fill(body, rows);
  const again = [...list.querySelectorAll("a, tbody input")].find(
    (each) => each.localName === held.localName && runOf(each) === runOf(held),
  );
  if (inside) again?.focus({ preventScroll: true });
}

// A row that stays the same stays the element it is: a click that has begun on it ends on it.
function fill(body, rows) {
  const said = rows.map((run) => JSON.stringify(run));
  const there = new Map([...body.children].map((row) => [row.said, row]));
  for (const [each, row] of there) if (!said.includes(each)) row.remove();
  said.forEach((each, at) => {
    const row = there.get(each) ?? Object.assign(rowOf(rows[at]), { said: each });
    if (body.children[at] !== row) body.insertBefore(row, body.children[at] ?? null);
  });
}

function made(name, properties, ...parts) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...parts);
  return element;
}

function rowOf(run) {
  const box = made("input", { type: "checkbox", value: run.id, ariaLabel: `Select ${run.topic}` });
  const link = made("a", { href: run.href, title: run.title, textContent: run.topic });
  const about = made("small", { textContent: run.about.join(" · ") });
  const [word, tone] = run.status;
  const status = made("span", { className: `aq-tag aq-${tone}`, textContent: word });
  const facts = run.facts.map((fact) => made("td", { textContent: fact }));
  facts.forEach((cell, at) => (cell.dataset.name = FACTS[at]));
  facts.at(-1).title = run.created;
  const cells = [made("label", {}, box), made("div", {}, link, about), status];
  return made("tr", {}, ...cells.map((cell) => made("td", {}, cell)), ...facts);
}
