//  The workers: what they are, which slots are taken by what, and when they were last heard.

import { ask } from "./api.js";
import { h } from "./dom.js";
import { bytes, duration, plural } from "./format.js";

export function workersView() {
  return {
    title: (data) => plural(data.workers.length, "worker"),
    load: () => ask("taskmanagers/live"),
    render({ workers }) {
      if (workers.length === 0) {
        return [h("section", { class: "empty", "data-key": "no-workers" }, h("h1", null, "No workers"),
          h("p", null, "Jobs wait until there are slots. Start a worker:"), h("pre", null, "swiftwater worker"))];
      }
      const slots = workers.reduce((sum, worker) => sum + worker["slots-total"], 0);
      return [
        h("div", { class: "page-head", "data-key": "workers" }, h("h1", null, "Workers"), h("span", { class: "quiet" }, `${plural(workers.length, "worker")}, ${plural(slots, "slot")}`)),
        h("section", { class: "cards" }, workers.map((worker) => card(worker))),
      ];
    },
  };
}

function card(worker) {
  const silence = worker.silent;
  const taken = worker.slots.map((slot) => h("a", { class: "slot taken", href: `#/jobs/${slot.jid}` },
    h("strong", null, slot.name), h("span", null, plural(slot.subtasks, "subtask"))));
  const free = Array.from({ length: worker["slots-free"] }, () => h("div", { class: "slot" }, h("span", null, "free")));
  return h("article", { class: "card worker", "data-key": worker.id },
    h("div", { class: "job-name" }, h("strong", null, worker.id),
      h("span", { class: `pill ${silence < 2000 ? "good" : "warn"}` }, h("span", { class: "dot" }), silence < 1000 ? "heard just now" : `heard ${duration(silence)} ago`)),
    h("div", { class: "job-facts" },
      h("span", null, worker.endpoint), h("span", null, `process ${worker.pid}`), h("span", null, plural(worker.cores, "core")),
      h("span", null, `${bytes(worker["physical-memory"])} memory`), h("span", null, `here for ${duration(worker.registered)}`)),
    h("div", { class: "slots" }, taken, free));
}
