/**
 * Runs of the Aqumen API in a browser: one function, no framework, no dependencies.
 *
 *   const run = startRun("https://api.example.org", { topic: "GRPO in RL" }, {
 *     onEvent: (name, data) => showProgress(name, data),
 *     onResult: (final) => final.assessment ? show(final.assessment) : say(final.reason),
 *     onFailure: ({ code, message }) => say(message),
 *   });
 *   run.cancel();   // stops the run, and what it costs
 *   run.close();    // stops listening; the server cancels a run that nobody watches
 */

const STORED = [
  "start", "queued", "step_started", "step", "retry", "progress", "sample", "done", "error",
];
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 8000;
const TRIES = 16;
const GIVE_UP_MS = 120_000;
const PASSING = ["restarting", "store_failed"];
const LOST = { code: "connection_lost", message: "The connection to the server is lost." };

/** Return an id under which a run is started once, however often the page asks for it. */
export function newRequestId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Return a ticket that starts one run: what `parameters.ticket` is where the API asks for keys.
 *
 * `key` is a public one: whoever opens the page can read it. Throws an Error with a sentence.
 */
export async function newTicket(api, key) {
  const answer = await fetch(`${api.replace(/\/+$/, "")}/api/tickets`, {
    method: "POST",
    headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
    body: "{}",
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.detail);
  return said.ticket;
}

/**
 * Start a run, or attach to the one started under `parameters.request_id`, and follow it.
 *
 * `parameters` are those of `GET /api/generate-stream`; `request_id` is added if it is missing.
 * Handlers, all optional: `onEvent(name, data)` for every event in order, each once, and for
 * deltas if `parameters.deltas` is true; `onReconnecting()` while a broken connection is
 * replaced, `onConnected()` when one stands; last, exactly one of `onResult(final)` and
 * `onFailure({ code, message })`. A connection that cannot be replaced within two minutes is the
 * failure `connection_lost`.
 */
export function startRun(api, parameters, handlers = {}) {
  return new Run(api, { request_id: newRequestId(), ...parameters }, handlers);
}

class Run {
  #api;
  #url;
  #ticket;
  #handlers;
  #source = null;
  #timer = null;
  #over = false;
  #cancelled = false;
  #cursor = 0;
  #final = null;
  #failures = 0;
  #lostAt = null;
  #written = new Map();

  /** The run's id; null until its first event has come. */
  runId = null;

  constructor(api, parameters, handlers) {
    const given = Object.entries(parameters).filter(([, value]) => value != null && value !== "");
    this.#api = api.replace(/\/+$/, "");
    this.#ticket = parameters.ticket ? `?${new URLSearchParams({ ticket: parameters.ticket })}` : "";
    this.#url = `${this.#api}/api/generate-stream?${new URLSearchParams(given)}`;
    this.#handlers = handlers;
    this.#open();
  }

  /** Stop listening. */
  close() {
    this.#over = true;
    this.#source?.close();
    clearTimeout(this.#timer);
  }

  /** Stop the run; `onFailure` is told so with the code "cancelled". */
  async cancel() {
    this.#cancelled = true;
    if (this.runId !== null && !this.#over) {
      const place = `${this.#api}/api/runs/${this.runId}/cancel${this.#ticket}`;
      await fetch(place, { method: "POST" });
    }
  }

  #open() {
    this.#source?.close();
    const source = (this.#source = new EventSource(this.#url));
    source.addEventListener("open", () => source === this.#source && this.#connected());
    for (const name of STORED) {
      source.addEventListener(name, (event) => source === this.#source && this.#hear(name, event));
    }
    source.addEventListener("delta", (event) => source === this.#source && this.#write(event));
  }

  #connected() {
    if (this.#over) return;
    this.#lostAt = null;
    this.#handlers.onConnected?.();
  }

  #hear(name, event) {
    if (this.#over) return;
    // A transport failure is an `error` event too, but without data.
    if (event.data === undefined) return this.#broken();
    const data = JSON.parse(event.data);
    if (event.lastEventId !== `${data.run_id}:${data.seq}` || data.seq > this.#cursor + 1) {
      return this.#again(); // something on the way has lost or changed events
    }
    if (data.seq <= this.#cursor) return;
    this.#cursor = data.seq;
    this.#failures = 0;
    this.#take(name, data);
  }

  #take(name, data) {
    if (this.runId === null) {
      this.runId = data.run_id;
      if (this.#cancelled) this.cancel();
    }
    if (name === "retry") this.#written.delete(callOf(data));
    if (data.type === "final") this.#final = data;
    if (name === "done" || name === "error") this.close();
    this.#handlers.onEvent?.(name, data);
    if (name === "done") this.#handlers.onResult?.(this.#final);
    if (name === "error") this.#handlers.onFailure?.({ code: data.code, message: data.error });
  }

  #write(event) {
    if (this.#over) return;
    const data = JSON.parse(event.data);
    const letters = Array.from(data.text); // offsets count characters, not UTF-16 units
    const known = this.#written.get(callOf(data)) ?? 0;
    const end = data.offset + letters.length;
    if (end <= known) return;
    this.#written.set(callOf(data), end);
    const text = letters.slice(Math.max(0, known - data.offset)).join("");
    this.#handlers.onEvent?.("delta", { ...data, offset: Math.max(known, data.offset), text });
  }

  #broken() {
    this.#lostAt ??= Date.now();
    if (Date.now() - this.#lostAt > GIVE_UP_MS) return this.#fail(LOST);
    this.#handlers.onReconnecting?.();
    // While readyState is 0 the browser reconnects by itself and says where it was.
    if (this.#source.readyState === EventSource.CLOSED) this.#explain();
  }

  /** The browser has given up. It does not say why: ask the server. */
  async #explain() {
    const problem = await problemAt(this.#url);
    if (this.#over) return;
    if (problem) this.#fail(problem);
    else this.#again();
  }

  /** Open the stream anew: the request id leads to the same run, and seen events are skipped. */
  #again() {
    this.#source.close();
    this.#failures += 1;
    if (this.#failures > TRIES) return this.#fail(LOST);
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (this.#failures - 1));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#open(), wait);
  }

  #fail(problem) {
    this.close();
    this.#handlers.onFailure?.(problem);
  }
}

function callOf({ step_number, attempt, answer, call }) {
  return `${step_number}:${attempt}:${answer}:${call}`;
}

/** Return why the server refuses an address, or null if another try may go well. */
async function problemAt(url) {
  const leaving = new AbortController();
  const limit = setTimeout(() => leaving.abort(), 10_000);
  try {
    const answer = await fetch(url, { signal: leaving.signal });
    const refused = answer.headers.get("Content-Type")?.startsWith("application/problem+json");
    if (!refused) return null;
    const { code, detail } = await answer.json();
    return PASSING.includes(code) ? null : { code, message: detail };
  } catch {
    return null;
  } finally {
    clearTimeout(limit);
    leaving.abort();
  }
}
