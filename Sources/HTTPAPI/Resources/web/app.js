//  Which view is shown, and the clock: each view says what to ask and how to show the answers; once a second they are asked
//  again. Without an answer the last one stays, dimmed, until the coordinator is back.

import { ask, Refusal, token } from "./api.js";
import { h, show } from "./dom.js";
import { duration } from "./format.js";
import { jobsView } from "./jobs.js";
import { jobView } from "./job.js";
import { submitView } from "./submit.js";
import { workersView } from "./workers.js";

const period = 1000;
const main = document.getElementById("main");
const sections = [["#/jobs", "Jobs"], ["#/workers", "Workers"], ["#/submit", "Submit SQL"]];

let view = null;
let viewKey = "";
let lastAnswer = null;
let timer = 0;
let round = 0;

/** A view: { title, load(): Promise<data>, render(data): [Node] } */
function route() {
  const path = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  if (path[0] === "jobs" && path[1]) return [`job ${path[1]}`, () => jobView(path[1]), path.slice(2)];
  if (path[0] === "workers") return ["workers", workersView, []];
  if (path[0] === "submit") return ["submit", submitView, []];
  return ["jobs", jobsView, []];
}

function navigate() {
  if (location.hash === "#main") return main.focus();
  const [key, make, rest] = route();
  if (key !== viewKey) {
    viewKey = key;
    view = make();
    view.data = null;
    show(main, h("p", { class: "loading", "data-key": key }, "Asking the coordinator…"));
    window.scrollTo(0, 0);
  }
  view.path = rest;
  showSections();
  if (view.data) render();
  tick();
}

function showSections() {
  const current = location.hash.startsWith("#/workers") ? "#/workers" : location.hash.startsWith("#/submit") ? "#/submit" : "#/jobs";
  show(document.getElementById("nav"), sections.map(([href, name]) => h("a", { href, "aria-current": href === current ? "page" : null }, name)));
}

function render() {
  show(main, view.render(view.data));
  document.title = `${view.title(view.data)} · Swiftwater`;
}

async function tick() {
  clearTimeout(timer);
  const asked = view;
  const mine = ++round;
  let failure = null;
  const answers = await Promise.all([ask("overview"), asked.load()]).catch((error) => { failure = error; });
  if (mine !== round) return;
  if (!document.hidden) timer = setTimeout(tick, period);
  if (failure instanceof Refusal && failure.status < 500) return refused(failure);
  if (failure) return away();
  lastAnswer = Date.now();
  document.body.classList.remove("is-away");
  document.getElementById("away").hidden = true;
  showCluster(answers[0]);
  asked.data = answers[1];
  render();
}

function showCluster(overview) {
  const workers = overview.taskmanagers;
  const total = overview["slots-total"];
  const busy = total - overview["slots-available"];
  show(document.getElementById("cluster"),
    h("span", { class: `dot ${workers > 0 ? "good" : "warn"}` }),
    h("span", null, `${workers} worker${workers === 1 ? "" : "s"}`),
    h("span", { class: "wide" }, `${busy} of ${total} slots taken`));
}

function away() {
  document.body.classList.add("is-away");
  const banner = document.getElementById("away");
  banner.hidden = false;
  const since = lastAnswer ? `Its last answer is ${duration(Date.now() - lastAnswer)} old. ` : "";
  show(banner, h("strong", null, "The coordinator does not answer. "), since, "Trying again every second.");
  show(document.getElementById("cluster"), h("span", { class: "dot bad" }), "away");
}

function refused(error) {
  document.getElementById("away").hidden = true;
  document.body.classList.remove("is-away");
  if (error.status === 401) return askForToken(error.message);
  show(main, h("section", { class: "empty", "data-key": "refused" },
    h("h1", null, error.status === 404 ? "Not here" : "Refused"),
    h("p", null, error.message),
    h("p", null, h("a", { href: "#/jobs" }, "All jobs"))));
}

function askForToken(message) {
  if (document.getElementById("token")) return;
  const accept = (event) => {
    event.preventDefault();
    token.set(document.getElementById("token").value.trim());
    show(main, h("p", { class: "loading" }, "Asking the coordinator…"));
    tick();
  };
  show(main, h("form", { class: "empty", "data-key": "token", onsubmit: accept },
    h("h1", null, "This cluster has a token"),
    h("p", null, token.get() ? message : "It is in the file that was given as --token-file."),
    h("label", { for: "token" }, "Token"),
    h("input", { id: "token", type: "password", autocomplete: "current-password", required: true }),
    h("button", { class: "primary" }, "Continue")));
  document.getElementById("token").focus();
}

addEventListener("hashchange", navigate);
document.addEventListener("visibilitychange", () => { if (!document.hidden) tick(); });
navigate();
