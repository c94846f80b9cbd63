//  All jobs: what runs first, newest on top.

import { ask } from "./api.js";
import { h } from "./dom.js";
import { count, duration, moment, percent, plural } from "./format.js";
import { kind } from "./graph.js";
import { breakable, ratioBar, sparkline, statePill } from "./parts.js";

export function jobsView() {
  const histories = new Map();
  return {
    title: (data) => plural(data.jobs.filter((job) => job["end-time"] < 0).length, "running job"),
    load: () => ask("jobs/live"),
    render(data) {
      const jobs = [...data.jobs].sort((a, b) => (a["end-time"] < 0 ? 0 : 1) - (b["end-time"] < 0 ? 0 : 1) || b["start-time"] - a["start-time"]);
      if (jobs.length === 0) return [empty()];
      const running = jobs.filter((job) => job["end-time"] < 0);
      const ended = jobs.filter((job) => job["end-time"] >= 0);
      for (const job of running) {
        const history = histories.get(job.jid) ?? [];
        history.push(job["records-per-second"]);
        if (history.length > 60) history.shift();
        histories.set(job.jid, history);
      }
      return [
        h("div", { class: "page-head", "data-key": "jobs" }, h("h1", null, "Jobs"), h("a", { class: "button", href: "#/submit" }, "Submit SQL")),
        running.length > 0
          ? h("section", { class: "cards", "aria-label": "Running jobs" }, running.map((job) => runningJob(job, histories.get(job.jid))))
          : h("p", { class: "quiet" }, "No job is running."),
        ended.length > 0 && h("section", null, h("h2", null, "Ended"), endedJobs(ended)),
      ];
    },
  };
}

function runningJob(job, history) {
  const tasks = job.tasks;
  const total = Object.values(tasks).reduce((sum, n) => sum + n, 0);
  return h("a", { class: "card job", href: `#/jobs/${job.jid}`, "data-key": job.jid },
    h("div", { class: "job-name" }, h("strong", null, breakable(job.name)), statePill(job.state)),
    h("div", { class: "job-rate" }, sparkline(history, 132, 32), h("span", { class: "figure" }, count(job["records-per-second"])), h("span", { class: "unit" }, "records/s")),
    h("div", { class: "job-facts" },
      job["waiting-for"] ? h("span", { class: "warn-text" }, job["waiting-for"])
        : [h("span", null, `running for ${duration(job.duration)}`), h("span", null, `${tasks.RUNNING} of ${plural(total, "subtask")} running`),
          job.restarts > 0 && h("span", null, plural(job.restarts, "restart"))]),
    job.busiest && h("div", { class: "busiest" }, ratioBar(job.busiest.rates, job.busiest.name),
      h("span", { class: "ratio-text" }, `busiest: ${kind(job.busiest.name.split(" -> ")[0])}, ${percent(job.busiest.rates.busy)} busy`)));
}

function endedJobs(jobs) {
  return h("div", { class: "table-box" }, h("table", null,
    h("thead", null, h("tr", null, h("th", null, "Job"), h("th", null, "State"), h("th", { class: "optional" }, "Started"), h("th", { class: "number" }, "Duration"))),
    h("tbody", null, jobs.map((job) => h("tr", { "data-key": job.jid },
      h("td", null, h("a", { href: `#/jobs/${job.jid}` }, breakable(job.name))),
      h("td", null, statePill(job.state)),
      h("td", { class: "quiet optional" }, moment(job["start-time"])),
      h("td", { class: "number" }, duration(job.duration)))))));
}

function empty() {
  return h("section", { class: "empty", "data-key": "empty" },
    h("h1", null, "No jobs yet"),
    h("p", null, "Give the cluster some SQL: from a file, or here in the page."),
    h("pre", null, "swiftwater run job.sql"),
    h("p", null, h("a", { class: "button primary", href: "#/submit" }, "Submit SQL")));
}
