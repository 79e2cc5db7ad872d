// What the chart is made of, and how it words numbers.

export function counted(number, noun) {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

export function vector(tag, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

export function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className.trim();
  if (text !== undefined) made.textContent = text;
  return made;
}
