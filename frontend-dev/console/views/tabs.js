// The tabs of a card. One that is picked is the shown one at once; what is below it follows.
const PATIENCE = 3000;

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".aq-tabs") ?? made(parentElement);
  root.turn = (name) => {
    root.waits = name;
    mark(root, name);
    setTriggerValue("turned", name);
    setTimeout(settle, PATIENCE, root);
  };
  root.shown = data.shown;
  if (root.labels !== data.labels.join()) draw(root, data);
  if (root.waits === data.shown) root.waits = undefined;
  mark(root, root.waits ?? data.shown);
}

// One that is not heard of for long was not turned to.
function settle(root) {
  root.waits = undefined;
  mark(root, root.shown);
}

function made(parent) {
  const root = document.createElement("div");
  root.className = "aq-tabs";
  root.setAttribute("role", "tablist");
  root.setAttribute("aria-label", "What is shown of the step");
  root.addEventListener("click", (event) => {
    const tab = event.target.closest("[role=tab]");
    if (tab) root.turn(tab.dataset.tab);
  });
  root.addEventListener("keydown", (event) => move(root, event));
  parent.append(root);
  return root;
}

function draw(root, data) {
  root.labels = data.labels.join();
  root.replaceChildren(
    ...data.labels.map((label, at) => {
      const tab = document.createElement("button");
      Object.assign(tab, { type: "button", textContent: label });
      tab.setAttribute("role", "tab");
      tab.dataset.tab = data.names[at];
      return tab;
    }),
  );
}

function mark(root, name) {
  for (const tab of root.children) {
    const shown = tab.dataset.tab === name;
    tab.setAttribute("aria-selected", shown);
    tab.tabIndex = shown ? 0 : -1;
  }
}

function move(root, event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const all = [...root.children];
  const at = all.indexOf(document.activeElement);
  if (!step || at < 0) return;
  event.preventDefault();
  all[(at + step + all.length) % all.length].focus();
}
