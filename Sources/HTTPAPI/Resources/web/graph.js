//  A job's graph as SVG: sources on the left, sinks on the right (from top to bottom where there is little room), each vertex
//  tinted by what holds it up: amber for back-pressure, teal for work.

import { h } from "./dom.js";
import { count, percent } from "./format.js";

const namesMax = 4;
const gap = { along: 84, across: 28 };

/** The operators of a vertex's chain, cut short. */
function names(vertex) {
  const all = vertex.operators.length > 0 ? vertex.operators.map(kind) : [vertex.name];
  return all.length > namesMax ? [...all.slice(0, namesMax - 1), `${all.length - namesMax + 1} more`] : all;
}

/**
 * Columns by the longest way from a source; within a column, near what feeds a vertex. An edge that skips columns has a
 * place of its own in each, { id, edge }, so that it runs between the vertices and not behind them.
 */
function layers(vertices, edges) {
  const depth = new Map(vertices.map((vertex) => [vertex.id, 0]));
  // Vertices come in topological order.
  for (const vertex of vertices) {
    for (const edge of edges) if (edge.to === vertex.id) depth.set(vertex.id, Math.max(depth.get(vertex.id), depth.get(edge.from) + 1));
  }
  // A source is drawn next to what it feeds.
  for (const vertex of [...vertices].reverse()) {
    const consumers = edges.filter((edge) => edge.from === vertex.id).map((edge) => depth.get(edge.to));
    if (consumers.length > 0) depth.set(vertex.id, Math.min(...consumers) - 1);
  }
  const columns = [];
  const feeders = new Map();
  const place = (column, item, feeder) => {
    (columns[column] ??= []).push(item);
    if (feeder) feeders.set(item.id, [...(feeders.get(item.id) ?? []), feeder]);
  };
  for (const vertex of vertices) place(depth.get(vertex.id), vertex);
  for (const edge of edges) {
    let feeder = edge.from;
    for (let column = depth.get(edge.from) + 1; column < depth.get(edge.to); column++) {
      const id = `${edge.from} ${edge.to} ${column}`;
      place(column, { id, edge }, feeder);
      feeder = id;
    }
    feeders.set(edge.to, [...(feeders.get(edge.to) ?? []), feeder]);
  }
  const order = new Map();
  columns.forEach((column, index) => {
    const weight = (item) => {
      const from = (feeders.get(item.id) ?? []).filter((feeder) => order.has(feeder)).map((feeder) => order.get(feeder));
      return from.length > 0 ? from.reduce((sum, position) => sum + position, 0) / from.length : 0;
    };
    if (index > 0) column.sort((a, b) => weight(a) - weight(b));
    column.forEach((item, position) => order.set(item.id, position - (column.length - 1) / 2));
  });
  return columns;
}

export function graph(job, selected, isNarrow) {
  const node = { width: 248, height: 118 + 18 * Math.max(...job.vertices.map((vertex) => names(vertex).length)) };
  const { places, width, height } = isNarrow ? oneColumn(job, node) : manyColumns(job, node);
  return h("div", { class: "graph-box", tabindex: "0", role: "group", "aria-label": "Job graph" },
    h("svg", { class: "graph", viewBox: `0 0 ${width} ${height}`, vars: { "max-width": `${width}px`, "min-width": `${Math.round(width * 0.7)}px` } },
      job.edges.map((edge) => (isNarrow ? downwards : rightwards)(edge, places, node)),
      job.vertices.map((vertex) => box(job, vertex, places.get(vertex.id), node, vertex.id === selected))));
}

function manyColumns(job, node) {
  const columns = layers(job.vertices, job.edges);
  const tall = (item) => (item.edge ? 14 : node.height);
  const across = (column) => column.reduce((sum, item) => sum + tall(item) + gap.across, -gap.across);
  const tallest = Math.max(...columns.map(across));
  const places = new Map();
  columns.forEach((column, index) => {
    let y = 4 + (tallest - across(column)) / 2;
    for (const item of column) {
      places.set(item.id, { x: 4 + index * (node.width + gap.along), y, middle: y + tall(item) / 2, column: index });
      y += tall(item) + gap.across;
    }
  });
  return { places, width: columns.length * (node.width + gap.along) - gap.along + 8, height: tallest + 8 };
}

function oneColumn(job, node) {
  const places = new Map(job.vertices.map((vertex, index) => [vertex.id, { x: 26, y: 4 + index * (node.height + 46) }]));
  return { places, width: node.width + 52, height: job.vertices.length * (node.height + 46) - 38 };
}

function rightwards(edge, places, node) {
  const from = places.get(edge.from), to = places.get(edge.to);
  const stops = [];
  for (let column = from.column + 1; column < to.column; column++) stops.push(places.get(`${edge.from} ${edge.to} ${column}`));
  let x = from.x + node.width, y = from.middle;
  let path = `M${x} ${y}`;
  let label = null;
  for (const stop of [...stops, to]) {
    const nextX = stop === to ? to.x - 7 : stop.x, nextY = stop.middle;
    const bend = Math.max(24, (nextX - x) / 2);
    path += `C${x + bend} ${y} ${nextX - bend} ${nextY} ${nextX} ${nextY}`;
    label ??= [(x + nextX) / 2, (y + nextY) / 2 - 9];
    x = nextX;
    y = nextY;
    if (stop !== to) path += `H${x += node.width}`;
  }
  return edgeShape(path, [x, y], "right", label, edge);
}

function downwards(edge, places, node) {
  const from = places.get(edge.from), to = places.get(edge.to);
  const isNext = to.y - from.y < node.height + 60;
  const x = from.x + node.width / 2;
  if (isNext) {
    return edgeShape(`M${x} ${from.y + node.height}L${x} ${to.y - 7}`, [x, to.y - 7], "down", [x + 10, (from.y + node.height + to.y) / 2 + 3], edge, "start");
  }
  const y1 = from.y + node.height / 2, y2 = to.y + 30;
  return edgeShape(`M${from.x} ${y1}C${from.x - 30} ${y1} ${from.x - 30} ${y2} ${from.x - 7} ${y2}`, [from.x - 7, y2], "right", null, edge);
}

function edgeShape(path, [x, y], direction, label, edge, anchor = "middle") {
  const head = direction === "right" ? `M${x + 6} ${y}l-8 -4.5v9z` : `M${x} ${y + 6}l-4.5 -8h9z`;
  return h("g", { class: "edge" }, h("path", { d: path, class: "wire" }), h("path", { d: head, class: "head" }),
    label && h("text", { x: label[0], y: label[1], "text-anchor": anchor }, edge.partitioning.toLowerCase()));
}

/** The operator's kind: what stands before its arguments. */
export const kind = (operator) => operator.replace(/\(.*$/s, "").trim();

function shorten(text, length) { return text.length <= length ? text : text.slice(0, length - 1) + "…"; }

function box(job, vertex, place, node, isSelected) {
  const { rates, metrics } = vertex;
  const isRunning = vertex.status === "RUNNING";
  const bar = { x: 14, y: node.height - 86, width: node.width - 28, height: 8 };
  const busy = bar.width * Math.min(1, rates.busy), held = bar.width * Math.min(1 - Math.min(1, rates.busy), rates["back-pressured"]);
  const summary = `${vertex.name}, ${vertex.status.toLowerCase()}, busy ${percent(rates.busy)}, back-pressured ${percent(rates["back-pressured"])}`;
  return h("g", { class: "vertex-place", "data-key": vertex.id, transform: `translate(${place.x} ${place.y})` },
    h("svg:a", {
      class: `vertex ${vertex["max-back-pressured-ratio"] > vertex["max-busy-ratio"] ? "is-held" : ""} ${isSelected ? "is-selected" : ""} ${isRunning ? "" : "is-still"}`, href: `#/jobs/${job.jid}/vertex/${vertex.id}`,
      "aria-label": summary, vars: { "--heat": heat(vertex) },
    },
    h("title", null, [vertex.name, ...vertex.operators].join("\n")),
    h("rect", { class: "face", width: node.width, height: node.height, rx: 10 }),
    names(vertex).map((name, index) => h("text", { class: index === 0 ? "name" : "name more", x: 14, y: 25 + index * 18 }, shorten((index > 0 ? "→ " : "") + name, index > 0 ? 32 : 25))),
    h("text", { class: "times", x: node.width - 14, y: 25, "text-anchor": "end" }, `×${vertex.parallelism}`),
    h("rect", { class: "bar idle", ...bar, rx: 4 }),
    h("rect", { class: "bar busy", ...bar, width: busy.toFixed(1), rx: 4 }),
    h("rect", { class: "bar held", ...bar, x: (bar.x + busy).toFixed(1), width: held.toFixed(1), rx: 4 }),
    isRunning
      ? h("text", { class: "ratios", x: 14, y: node.height - 60 },
        h("tspan", { class: "busy" }, `busy ${percent(rates.busy)}`), h("tspan", { class: "held", dx: 8 }, `held ${percent(rates["back-pressured"])}`),
        h("tspan", { class: "idle", dx: 8 }, `idle ${percent(rates.idle)}`))
      : h("text", { class: "ratios", x: 14, y: node.height - 60 }, vertex.status.toLowerCase()),
    flow(14, node.height - 34, vertex["is-source"] && metrics["records-in"] === 0 ? null : ["in", metrics["records-in"], rates["records-in"]]),
    flow(node.width / 2 + 4, node.height - 34, vertex["is-sink"] && metrics["records-out"] === 0 ? null : ["out", metrics["records-out"], rates["records-out"]])));
}

/** How strong the tint of the face is; whichever of its subtasks fares worst decides. */
const heat = (vertex) => Math.min(1, Math.max(vertex["max-busy-ratio"], vertex["max-back-pressured-ratio"])).toFixed(3);

function flow(x, y, values) {
  if (!values) return null;
  const [name, total, rate] = values;
  return [h("text", { class: "flow", x, y }, h("tspan", { class: "quiet" }, name + " "), h("tspan", { class: "rate" }, `${count(rate)}/s`)),
    h("text", { class: "flow quiet", x, y: y + 18 }, `${count(total)} in all`)];
}

