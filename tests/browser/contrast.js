/**
 * Return the visible texts of a page that are hard to read: those whose contrast with what is behind
 * them, as WCAG counts it, is below a limit. Sees colours, transparency and opacity; leaves out
 * pictures, icons and what is switched off.
 */
(limit) => {
  const LEFT_OUT = "[disabled], style, [translate=no]";
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const paper = canvas.getContext("2d", { willReadFrequently: true });

  function rgba(colour) {
    paper.clearRect(0, 0, 1, 1);
    paper.fillStyle = colour;
    paper.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = paper.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  }

  const over = ([red, green, blue, alpha], below) =>
    [red, green, blue].map((part, at) => part * alpha + below[at] * (1 - alpha));

  function luminance(colour) {
    const [red, green, blue] = colour
      .map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  function contrast(element) {
    const line = [];
    for (let each = element; each; each = each.parentElement) line.unshift(getComputedStyle(each));
    let [behind, opacity] = [[255, 255, 255], 1];
    for (const style of line) {
      opacity *= Number(style.opacity);
      const [red, green, blue, alpha] = rgba(style.backgroundColor);
      behind = over([red, green, blue, alpha * opacity], behind);
    }
    const [red, green, blue, alpha] = rgba(line.at(-1).color);
    const text = over([red, green, blue, alpha * opacity], behind);
    const [dark, bright] = [luminance(text), luminance(behind)].sort((left, right) => left - right);
    return (bright + 0.05) / (dark + 0.05);
  }

  const says = (element) =>
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const shows = (element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
    element.getBoundingClientRect().width > 1;

  return [...document.body.querySelectorAll("*")]
    .filter((element) => says(element) && shows(element) && !element.closest(LEFT_OUT))
    .map((element) => [element.textContent.trim().slice(0, 60), contrast(element)])
    .filter(([, found]) => found < limit)
    .map(([text, found]) => `${text}: ${found.toFixed(2)}`);
}
