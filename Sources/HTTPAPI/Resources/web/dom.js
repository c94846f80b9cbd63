//  Builds elements and brings what is shown in line with what should be, touching only what differs: focus, selection and
//  scroll positions survive the update of every second.

const svgNames = new Set(["svg", "svg:a", "g", "path", "rect", "text", "tspan", "polyline", "polygon", "circle", "line", "title", "defs", "marker", "clipPath"]);
const handlers = ["onclick", "onsubmit", "oninput", "onkeydown", "onscroll", "onchange"];

/** h("div", {class: "x", onclick: f, vars: {"--ratio": 0.5}}, child, [children], "text") */
export function h(name, properties, ...children) {
  const element = svgNames.has(name) ? document.createElementNS("http://www.w3.org/2000/svg", name.replace("svg:", "")) : document.createElement(name);
  for (const [key, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element[key] = value;
    else if (key === "vars") for (const [variable, v] of Object.entries(value)) element.style.setProperty(variable, v);
    else element.setAttribute(key, value === true ? "" : value);
  }
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
  return element;
}

/** Makes the children of `parent` equal to `wanted`. */
export function show(parent, ...wanted) {
  morphChildren(parent, wanted.flat(Infinity).filter((node) => node !== null && node !== undefined && node !== false)
    .map((node) => (node instanceof Node ? node : document.createTextNode(String(node)))));
}

function morphChildren(parent, wanted) {
  for (let index = 0; index < wanted.length; index++) {
    const present = parent.childNodes[index];
    if (present) morph(present, wanted[index]);
    else parent.append(wanted[index]);
  }
  while (parent.childNodes.length > wanted.length) parent.lastChild.remove();
}

function morph(present, wanted) {
  if (present === wanted) return;
  const isSame = present.nodeType === wanted.nodeType && present.nodeName === wanted.nodeName
    && present.dataset?.key === wanted.dataset?.key;
  if (!isSame) return present.replaceWith(wanted);
  if (present.nodeType === Node.TEXT_NODE) {
    if (present.data !== wanted.data) present.data = wanted.data;
    return;
  }
  for (const { name } of [...present.attributes]) {
    if (!wanted.hasAttribute(name) && name !== "style" && name !== "open") present.removeAttribute(name);
  }
  for (const { name, value } of wanted.attributes) {
    if (name !== "style" && present.getAttribute(name) !== value) present.setAttribute(name, value);
  }
  // Through the object model: the content policy forbids style attributes.
  if (present.style.cssText !== wanted.style.cssText) present.style.cssText = wanted.style.cssText;
  for (const name of handlers) if (present[name] !== wanted[name]) present[name] = wanted[name];
  // Children of an owned element are somebody else's; what was typed is the user's.
  if (present.dataset.owned !== undefined || present.nodeName === "TEXTAREA") return;
  morphChildren(present, [...wanted.childNodes]);
}
