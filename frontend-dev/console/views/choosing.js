// The exercise's lines, parts of which are chosen by mouse or keyboard. Other people's text is text.
export default function ({ data, parentElement, setStateValue }) {
  const sheet = parentElement.querySelector(".sheet");
  if (sheet.childElementCount) return; // drawn again with what it shows already
  const chosen = new Map();
  const pieces = [];

  function toggle(piece) {
    const on = piece.getAttribute("aria-pressed") !== "true";
    piece.setAttribute("aria-pressed", String(on));
    if (on) chosen.set(piece, JSON.parse(piece.dataset.at));
    else chosen.delete(piece);
    setStateValue("chosen", [...chosen.values()]);
  }

  function move(to) {
    if (!to) return;
    for (const piece of pieces) piece.tabIndex = piece === to ? 0 : -1;
    to.focus();
  }

  function pieceOf(part) {
    const piece = Object.assign(document.createElement("span"), { textContent: part.text });
    piece.className = "piece";
    piece.setAttribute("role", "button");
    piece.setAttribute("aria-pressed", "false");
    piece.dataset.at = JSON.stringify(part.at);
    piece.tabIndex = pieces.length ? -1 : 0;
    pieces.push(piece);
    return piece;
  }

  for (const line of data.lines) {
    const row = sheet.appendChild(document.createElement("div"));
    if (data.numbered) row.appendChild(document.createElement("i")).textContent = line.number;
    const text = row.appendChild(document.createElement("code"));
    for (const part of line.parts) text.append(part.at ? pieceOf(part) : part.text);
  }
  sheet.classList.toggle("counted", data.numbered);

  sheet.onclick = ({ target }) => {
    if (!target.matches(".piece")) return;
    move(target);
    toggle(target);
  };
  sheet.onkeydown = (event) => {
    const at = pieces.indexOf(event.target);
    const row = event.target.closest("div");
    const first = (other) => other?.querySelector(".piece");
    const next = (step, other = row) => {
      do other = other?.[step]; while (other && !first(other));
      return first(other);
    };
    const does = {
      Enter: () => toggle(event.target),
      " ": () => toggle(event.target),
      ArrowRight: () => move(pieces[at + 1]),
      ArrowLeft: () => move(pieces[at - 1]),
      ArrowDown: () => move(next("nextElementSibling")),
      ArrowUp: () => move(next("previousElementSibling")),
      Home: () => move(pieces[0]),
      End: () => move(pieces.at(-1)),
    }[event.key];
    if (at < 0 || !does || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    does();
  };
}
