// A slider that moves by itself and is moved: what somebody did last stands, and is told of again
// and again, until the page says that it was heard.
const PATIENCE = 2000;
const kept = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const slider = parentElement.querySelector("input");
  const ours = kept.get(slider) ?? made(slider, data.heard);
  ours.say = (moved) => setTriggerValue("moved", moved);
  ours.heard = data.heard;
  slider.max = Math.max(data.longest, 0.1);
  if (!ours.held && ours.heard >= ours.turn) slider.value = data.at;
  show(slider);
}

function made(slider, heard) {
  const ours = { turn: heard, heard, held: false };
  slider.addEventListener("input", () => {
    ours.held = true;
    show(slider);
  });
  slider.addEventListener("change", () => {
    ours.held = false;
    tell(slider, ours, { turn: ++ours.turn, to: Number(slider.value) });
  });
  kept.set(slider, ours);
  return ours;
}

function tell(slider, ours, moved) {
  if (!slider.isConnected || moved.turn < ours.turn || ours.heard >= moved.turn) return;
  ours.say(moved);
  setTimeout(tell, PATIENCE, slider, ours, moved);
}

function show(slider) {
  const seconds = `${Number(slider.value).toFixed(1)} s`;
  slider.nextElementSibling.textContent = `${seconds} of ${Number(slider.max).toFixed(1)} s`;
  slider.setAttribute("aria-valuetext", seconds);
  slider.style.setProperty("--passed", `${(100 * slider.value) / slider.max}%`);
}
