//  One job: its graph and what its operators do, its checkpoints, what went wrong, what it prints.

import { ask, cancel } from "./api.js";
import { h } from "./dom.js";
import { bytes, count, duration, eventTime, exact, moment, percent, plural } from "./format.js";
import { graph, kind } from "./graph.js";
import { breakable, ratioBar, sparkline, statePill } from "./parts.js";

const consoleCharactersMax = 200000;
const tabs = [["", "Graph"], ["checkpoints", "Checkpoints"], ["exceptions", "Exceptions"], ["console", "Console"]];

export function jobView(id) {
  const history = [];
  const printed = { text: "", next: 0, skipped: false };
  return {
    path: [],
    title: (data) => data.live.name,
    async load() {
      const asked = [ask(`jobs/${id}/live`), ask(`jobs/${id}/checkpoints`), ask(`jobs/${id}/checkpoints/config`), ask(`jobs/${id}/exceptions?maxExceptions=50`)];
      if (this.path[0] === "console") asked.push(readConsole(id, printed));
      const [live, checkpoints, settings, exceptions] = await Promise.all(asked);
      history.push(live["records-per-second"]);
      if (history.length > 60) history.shift();
      return { live, checkpoints, settings, failures: exceptions.exceptionHistory };
    },
    render({ live, checkpoints, settings, failures }) {
      const tab = this.path[0] === "vertex" ? "" : this.path[0] ?? "";
      const counts = { checkpoints: checkpoints.counts.total, exceptions: failures.entries.length };
      return [
        heading(live),
        tiles(live, checkpoints, settings, history),
        h("nav", { class: "tabs", "aria-label": "Parts of the job" }, tabs.map(([path, name]) =>
          h("a", { href: `#/jobs/${id}${path && "/" + path}`, "aria-current": path === tab ? "page" : null }, name,
            counts[path] > 0 && h("span", { class: `badge ${path === "exceptions" ? "bad" : ""}` }, count(counts[path]))))),
        h("div", { class: "tab", "data-key": tab }, tab === "checkpoints" ? checkpointsTab(live, checkpoints, settings)
          : tab === "exceptions" ? exceptionsTab(failures) : tab === "console" ? consoleTab(live, printed) : graphTab(live, this.path[1])),
      ];
    },
  };
}

// MARK: Head

function heading(job) {
  const isOver = job["end-time"] >= 0;
  return h("div", { class: "page-head", "data-key": job.jid },
    h("div", { class: "job-title" }, h("p", { class: "crumb" }, h("a", { href: "#/jobs" }, "Jobs")),
      h("h1", null, breakable(job.name), " ", statePill(job.state)),
      h("p", { class: "quiet id" }, job.jid)),
    !isOver && h("button", { class: "danger", disabled: job.state === "CANCELLING", onclick: () => confirmCancel(job) },
      job.state === "CANCELLING" ? "Cancelling…" : "Cancel job"));
}

function confirmCancel(job) {
  const dialog = document.getElementById("dialog");
  const message = h("p", { class: "bad-text", role: "alert" });
  const really = async (event) => {
    event.target.disabled = true;
    try {
      await cancel(job.jid);
      dialog.close();
    } catch (error) {
      event.target.disabled = false;
      message.textContent = error.message;
    }
  };
  dialog.replaceChildren(
    h("h2", { id: "dialog-title" }, "Cancel this job?"),
    h("p", null, h("strong", null, job.name), " stops on all workers. What it has committed stays; it cannot be started again from here."),
    message,
    h("div", { class: "actions" }, h("button", { onclick: () => dialog.close(), autofocus: true }, "Keep it running"),
      h("button", { class: "danger primary", onclick: really }, "Cancel job")));
  dialog.showModal();
}

function tiles(job, checkpoints, settings, history) {
  const last = checkpoints.latest.completed;
  const marks = job.vertices.filter((vertex) => vertex.metrics.watermark !== null).map((vertex) => vertex.metrics.watermark);
  const watermark = marks.length > 0 ? Math.min(...marks) : null;
  const lag = watermark === null ? null : job.now - watermark;
  const late = job.vertices.reduce((sum, vertex) => sum + vertex.metrics["late-records"], 0);
  const skipped = job.vertices.reduce((sum, vertex) => sum + vertex.metrics["skipped-records"], 0);
  const isOver = job["end-time"] >= 0;
  const read = job.vertices.filter((vertex) => vertex["is-source"]).reduce((sum, vertex) => sum + Math.max(vertex.metrics["records-in"], vertex.metrics["records-out"]), 0);
  return h("dl", { class: "tiles" },
    isOver ? tile("Records read", h("span", { class: "figure" }, count(read)), `in ${duration(job.duration)}`)
      : tile("Throughput", [h("span", { class: "figure" }, count(job["records-per-second"])), h("span", { class: "unit" }, "records/s")], sparkline(history, 150, 26)),
    tile("Watermark", h("span", { class: "figure time" }, eventTime(watermark)),
      [late > 0 && h("span", { class: "warn-text" }, `${plural(late, "late record")} `), skipped > 0 && h("span", { class: "warn-text" }, `${plural(skipped, "bad record")} skipped`),
        late + skipped === 0 && (lag === null ? "no event time so far" : lag >= 0 && lag < 864e5 ? `${duration(lag)} behind the clock` : "event time, no late records")]),
    tile("Last checkpoint", last ? [h("span", { class: "figure" }, `${duration(last.end_to_end_duration)}`), h("span", { class: "unit" }, bytes(last.state_size))]
      : h("span", { class: "figure time" }, settings.interval > 1e15 ? "off" : "none yet"),
      last ? `number ${last.id}, ${isOver ? moment(last.latest_ack_timestamp) : duration(Math.max(0, job.now - last.latest_ack_timestamp)) + " ago"}`
        : settings.interval > 1e15 ? "exactly-once needs checkpoints" : `every ${duration(settings.interval)}`),
    tile(isOver ? "Ended" : "Running for", h("span", { class: isOver ? "figure time" : "figure" }, isOver ? moment(job["end-time"]) : duration(job.duration)),
      job["waiting-for"] ? h("span", { class: "warn-text" }, job["waiting-for"])
        : `${isOver ? "started" : "since"} ${moment(job["start-time"])}${job.restarts > 0 ? ", " + plural(job.restarts, "restart") : ""}`));
}

function tile(name, figure, note) {
  return h("div", { class: "tile" }, h("dt", null, name), h("dd", null, h("div", { class: "value" }, figure), h("div", { class: "note" }, note)));
}

// MARK: Graph

function graphTab(job, chosen) {
  if (job.vertices.length === 0) return h("p", { class: "quiet" }, "The job has no operators to show yet.");
  const selected = job.vertices.find((vertex) => vertex.id === chosen) ?? job.vertices.find((vertex) => vertex["max-back-pressured-ratio"] > 0.5) ?? job.vertices[0];
  return [
    graph(job, selected.id, document.documentElement.clientWidth < 640),
    h("p", { class: "legend", "aria-hidden": "true" }, h("span", { class: "busy" }, "busy"), h("span", { class: "held" }, "held back by a slower operator (back-pressured)"), h("span", { class: "idle" }, "idle")),
    vertexPanel(selected),
  ];
}

function vertexPanel(vertex) {
  return h("section", { class: "panel", "data-key": vertex.id },
    h("div", { class: "panel-head" }, h("h2", null, vertex.operators.length > 0 ? vertex.operators.map(kind).join(" → ") : vertex.name), statePill(vertex.status)),
    vertex.operators.length > 0 && h("ol", { class: "chain" }, vertex.operators.map((operator) => h("li", null, h("code", null, operator)))),
    h("div", { class: "table-box" }, h("table", { class: "subtasks" },
      h("thead", null, h("tr", null, h("th", { class: "number" }, "Subtask"), h("th", null, "State"), h("th", { class: "wide-cell" }, "Busy, held, idle"), h("th", { class: "number" }, "In/s"),
        h("th", { class: "number" }, "Out/s"), h("th", { class: "number" }, "Records in"), h("th", { class: "number" }, "Records out"), h("th", null, "Watermark"), h("th", null, "Worker"))),
      h("tbody", null, vertex.subtasks.map(subtaskRow)))));
}

function subtaskRow(subtask) {
  const { rates, metrics } = subtask;
  return h("tr", { "data-key": String(subtask.subtask) },
    h("td", { class: "number" }, subtask.subtask), h("td", null, statePill(subtask.status)),
    h("td", { class: "wide-cell" }, ratioBar(rates), h("span", { class: "ratio-text" }, `${percent(rates.busy)} · ${percent(rates["back-pressured"])} · ${percent(rates.idle)}`)),
    h("td", { class: "number" }, count(rates["records-in"])), h("td", { class: "number" }, count(rates["records-out"])),
    h("td", { class: "number" }, exact(metrics["records-in"])), h("td", { class: "number" }, exact(metrics["records-out"])),
    h("td", { class: "nowrap quiet" }, eventTime(metrics.watermark)),
    h("td", { class: "nowrap quiet" }, subtask.worker ? `${subtask.worker}${subtask.slot === null ? "" : `, slot ${subtask.slot}`}` : "waits for a slot"));
}

// MARK: Checkpoints

function checkpointsTab(job, checkpoints, settings) {
  const { counts, history, latest } = checkpoints;
  if (history.length === 0) {
    return h("section", { class: "empty small" }, settings.interval > 1e15
      ? [h("h2", null, "Checkpoints are off"), h("p", null, "Set ", h("code", null, "execution.checkpointing.interval"), " to have exactly-once results.")]
      : [h("h2", null, "No checkpoint yet"), h("p", null, `One is taken every ${duration(settings.interval)}.`)]);
  }
  const longest = Math.max(1, ...history.map((checkpoint) => checkpoint.end_to_end_duration));
  return [
    h("p", { class: "summary" }, `${counts.completed} completed, ${counts.failed} failed, ${counts.in_progress} in progress. `,
      `Every ${duration(settings.interval)}, exactly once.`,
      latest.restored && ` Restored from number ${latest.restored.id} at ${moment(latest.restored.restore_timestamp)}.`),
    h("div", { class: "table-box" }, h("table", null,
      h("thead", null, h("tr", null, h("th", { class: "number" }, "Number"), h("th", null, "Status"), h("th", null, "Triggered"), h("th", { class: "wide-cell" }, "Duration"), h("th", { class: "number" }, "Size"), h("th", { class: "number" }, "Acknowledged"))),
      h("tbody", null, history.map((checkpoint) => checkpointRow(checkpoint, longest))))),
  ];
}

function checkpointRow(checkpoint, longest) {
  const isFailed = checkpoint.status === "FAILED";
  return h("tr", { "data-key": String(checkpoint.id) },
    h("td", { class: "number" }, checkpoint.id), h("td", null, statePill(checkpoint.status)), h("td", { class: "quiet nowrap" }, moment(checkpoint.trigger_timestamp)),
    isFailed ? h("td", { class: "bad-text message", colspan: "3" }, checkpoint.failure_message)
      : [h("td", { class: "wide-cell" }, h("div", { class: "meter" }, h("i", { vars: { width: `${((checkpoint.end_to_end_duration / longest) * 100).toFixed(1)}%` } })), h("span", { class: "ratio-text" }, duration(checkpoint.end_to_end_duration))),
        h("td", { class: "number" }, bytes(checkpoint.state_size)),
        h("td", { class: "number" }, `${checkpoint.num_acknowledged_subtasks} of ${checkpoint.num_subtasks}`)]);
}

// MARK: Exceptions

function exceptionsTab(failures) {
  if (failures.entries.length === 0) return h("section", { class: "empty small" }, h("h2", null, "Nothing has gone wrong"), h("p", null, "Failures of this job, and why it restarted, appear here."));
  return [h("ol", { class: "failures" }, failures.entries.map((failure) => h("li", { class: "panel" },
    h("div", { class: "panel-head" }, h("strong", null, words(failure.exceptionName)), h("span", { class: "quiet" }, moment(failure.timestamp))),
    h("pre", null, failure.stacktrace),
    (failure.taskName || failure.taskManagerId) && h("p", { class: "quiet" }, [failure.taskName, failure.taskManagerId && `on ${failure.taskManagerId}`].filter(Boolean).join(" "))))),
  failures.truncated && h("p", { class: "quiet" }, "Older ones are not shown.")];
}

const kinds = { user: "Data or query at fault", external: "A system outside failed", internal: "A fault of Swiftwater", workerLost: "Worker lost", coordinatorRestarted: "Coordinator restarted", coordination: "Coordination failed" };
const words = (name) => kinds[name] ?? name;

// MARK: Console

async function readConsole(id, printed) {
  const chunk = await ask(`jobs/${id}/console?from=${printed.next}`);
  if (chunk.from > printed.next && printed.next > 0) printed.skipped = true;
  printed.next = chunk.next;
  printed.text += chunk.lines;
  if (printed.text.length > consoleCharactersMax) {
    printed.text = printed.text.slice(printed.text.indexOf("\n", printed.text.length - consoleCharactersMax) + 1);
    printed.skipped = true;
  }
}

function consoleTab(job, printed) {
  if (printed.text === "") return h("section", { class: "empty small" }, h("h2", null, "Nothing printed"), h("p", null, "What the ", h("code", null, "print"), " connector writes appears here."));
  const shown = document.querySelector("pre.console");
  if (shown && shown.dataset.key === job.jid) {
    updateConsole(shown, printed.text);
    return [note(printed), consoleElement(job)];
  }
  const fresh = consoleElement(job);
  updateConsole(fresh, printed.text);
  requestAnimationFrame(() => { const element = document.querySelector("pre.console"); if (element) element.scrollTop = element.scrollHeight; });
  return [note(printed), fresh];
}

/** Its text is kept by `updateConsole`, so that its scroll position stays. */
const consoleElement = (job) => h("pre", { class: "console", "data-owned": true, "data-key": job.jid, tabindex: "0", "aria-label": "Printed output" });

const note = (printed) => h("p", { class: "summary" }, printed.skipped ? "The latest output; older lines are gone." : "Everything printed so far.");

function updateConsole(element, text) {
  if (element.textContent === text) return;
  const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < 40;
  if (text.startsWith(element.textContent)) element.append(text.slice(element.textContent.length));
  else element.textContent = text;
  if (isAtEnd) element.scrollTop = element.scrollHeight;
}
