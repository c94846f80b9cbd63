//  Asks the coordinator. Every question has a time limit; the token, where the cluster has one, is kept for the session.

const timeLimit = 8000;

export class Refusal extends Error {
  constructor(status, body) {
    super(body?.errors?.[0] ?? `the coordinator answered with ${status}`);
    this.status = status;
    this.line = body?.line ?? null;
    this.column = body?.column ?? null;
  }
}

export const token = {
  get: () => sessionStorage.getItem("token"),
  set: (value) => sessionStorage.setItem("token", value),
};

/** The JSON answer. Throws a Refusal if the coordinator refused, anything else if there was no answer. */
export async function ask(path, options = {}) {
  const headers = { ...(options.headers ?? {}) };
  if (token.get()) headers.authorization = `Bearer ${token.get()}`;
  const response = await fetch(path, { ...options, headers, cache: "no-store", signal: AbortSignal.timeout(options.timeLimit ?? timeLimit) });
  let body = null;
  try { body = await response.json(); } catch (error) { if (response.ok) throw error; }
  if (!response.ok) throw new Refusal(response.status, body);
  return body;
}

export const submit = (body) =>
  ask("v1/jobs", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body), timeLimit: 30000 });

export const cancel = (job) => ask(`jobs/${job}?mode=cancel`, { method: "PATCH", headers: { "content-type": "application/json" }, body: "{}" });
