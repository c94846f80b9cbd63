//  Small things that several views show.

import { h } from "./dom.js";
import { percent } from "./format.js";

const tones = {
  RUNNING: "good", FINISHED: "done", FAILED: "bad", FAILING: "bad", RESTARTING: "warn", CANCELLING: "warn", CANCELING: "warn",
  COMPLETED: "good", IN_PROGRESS: "warn", INITIALIZING: "warn", CREATED: "warn", SCHEDULED: "warn", DEPLOYING: "warn",
};

export function statePill(state) {
  return h("span", { class: `pill ${tones[state] ?? "done"}` }, h("span", { class: "dot" }), state.replace("_", " ").toLowerCase());
}

/** Busy, back-pressured and idle as parts of a bar; never by colour alone, the numbers are in the label. */
export function ratioBar(rates, whose = "") {
  const text = `${whose ? whose + ": " : ""}busy ${percent(rates.busy)}, back-pressured ${percent(rates["back-pressured"])}, idle ${percent(rates.idle)}`;
  return h("div", { class: "ratio", role: "img", "aria-label": text, title: text },
    h("i", { class: "busy", vars: { "flex-grow": rates.busy.toFixed(4) } }),
    h("i", { class: "held", vars: { "flex-grow": rates["back-pressured"].toFixed(4) } }),
    h("i", { class: "idle", vars: { "flex-grow": rates.idle.toFixed(4) } }));
}

/** A name that may be broken after its underscores and dots. */
export const breakable = (name) => name.split(/(?<=[_.])/).flatMap((part, index) => (index > 0 ? [h("wbr"), part] : [part]));

export function sparkline(values, width, height) {
  const top = Math.max(1, ...values) * 1.1;
  const step = width / Math.max(20, values.length - 1);
  const start = width - (values.length - 1) * step;
  const points = values.map((value, index) => `${(start + index * step).toFixed(1)},${(height - 1.5 - (value / top) * (height - 3)).toFixed(1)}`);
  return h("svg", { class: "spark", viewBox: `0 0 ${width} ${height}`, width, height, preserveAspectRatio: "none", "aria-hidden": "true" },
    values.length > 1 && h("polygon", { points: `${start.toFixed(1)},${height} ${points.join(" ")} ${width},${height}` }),
    values.length > 1 && h("polyline", { points: points.join(" ") }));
}
