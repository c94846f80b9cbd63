//  Submits a script. A mistake is marked in the text, where it is, and said in words below.

import { Refusal, submit } from "./api.js";
import { h } from "./dom.js";

const example = `CREATE TABLE orders (
  id BIGINT,
  price DOUBLE
) WITH (
  'connector' = 'datagen',
  'rows-per-second' = '5'
);

CREATE TABLE printed (id BIGINT, price DOUBLE) WITH ('connector' = 'print');

INSERT INTO printed SELECT id, price FROM orders WHERE price > 0;
`;

export function submitView() {
  let mistake = null;
  let accepted = null;
  let isSending = false;
  let redraw = () => {};

  const text = () => document.getElementById("sql");

  async function send(event) {
    event?.preventDefault();
    const sql = text().value;
    if (isSending || sql.trim() === "") return text().focus();
    const body = { sql };
    const name = document.getElementById("name").value.trim();
    const parallelism = document.getElementById("parallelism").value.trim();
    if (name) body.name = name;
    if (parallelism) body.parallelism = Number(parallelism);
    isSending = true;
    mistake = accepted = null;
    redraw();
    try {
      accepted = await submit(body);
      if (accepted.jobs.length === 1) location.hash = `#/jobs/${accepted.jobid}`;
    } catch (error) {
      mistake = error instanceof Refusal ? error : new Error("The coordinator does not answer. Nothing was submitted that it has not accepted.");
      mistake.sql = sql;
    }
    isSending = false;
    redraw();
    if (mistake?.line) select(mistake);
  }

  function select({ line, column }) {
    const area = text();
    const lines = area.value.split("\n");
    const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
    area.focus();
    area.setSelectionRange(start, start);
    area.scrollTop = Math.max(0, (line - 6) * 21);
  }

  function typed() {
    sessionStorage.setItem("draft", text().value);
    if (mistake) { mistake = null; redraw(); }
  }

  return {
    title: () => "Submit SQL",
    load: async () => ({}),
    render() {
      redraw = () => { if (location.hash.startsWith("#/submit")) window.dispatchEvent(new Event("hashchange")); };
      const keys = (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send(event); };
      const area = h("textarea", {
        id: "sql", spellcheck: "false", autocapitalize: "off", autocomplete: "off", wrap: "off", rows: "18", placeholder: "CREATE TABLE …;\nINSERT INTO … SELECT …;",
        "aria-invalid": mistake ? "true" : null, "aria-describedby": mistake ? "mistake" : null, oninput: typed, onkeydown: keys,
        onscroll: (event) => { const back = document.getElementById("marks"); if (back) { back.scrollTop = event.target.scrollTop; back.scrollLeft = event.target.scrollLeft; } },
      });
      area.value = sessionStorage.getItem("draft") ?? "";
      const fill = () => { text().value = example; typed(); text().focus(); };
      return [
        h("div", { class: "page-head", "data-key": "submit" }, h("h1", null, "Submit SQL")),
        h("form", { class: "submit", onsubmit: send },
          h("label", { for: "sql" }, "Script"),
          h("div", { class: "editor" }, h("pre", { id: "marks", "aria-hidden": "true" }, mistake?.line ? marked(mistake) : ""), area),
          mistake && h("div", { id: "mistake", class: "mistake", role: "alert" },
            h("strong", null, mistake.line ? `Line ${mistake.line}, column ${mistake.column}` : "Not submitted"), h("pre", null, mistake.message)),
          accepted && h("div", { class: "accepted", role: "status" }, h("strong", null, "Submitted"), h("ul", null, accepted.jobs.map((job) => h("li", null, h("a", { href: `#/jobs/${job.jobid}` }, job.name))))),
          h("div", { class: "fields" },
            h("label", null, "Name", h("input", { id: "name", autocomplete: "off", maxlength: "200", placeholder: "after its sinks" })),
            h("label", null, "Parallelism", h("input", { id: "parallelism", type: "number", min: "1", max: "32768", placeholder: "default" })),
            h("div", { class: "actions" },
              h("button", { type: "button", onclick: fill }, "Insert an example"),
              h("button", { class: "primary", disabled: isSending }, isSending ? "Submitting…" : "Submit")))),
        h("p", { class: "quiet" }, "Ctrl+Enter submits. Each INSERT is a job; a statement set is one."),
      ];
    },
  };
}

/** The same text, transparent, behind the one that is edited, with the place marked. */
function marked({ sql, line, column }) {
  const lines = sql.split("\n");
  const bad = lines[line - 1] ?? "";
  const rest = bad.slice(column - 1);
  const word = /^[\w$]+|^./su.exec(rest)?.[0] ?? " ";
  return [lines.slice(0, line - 1).map((each) => each + "\n").join(""),
    h("span", { class: "bad-line" }, bad.slice(0, column - 1), h("mark", null, word), rest.slice(word.length) + "\n"),
    lines.slice(line).join("\n")];
}
