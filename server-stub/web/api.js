// Calls of the operator API (protocol/README.md section 3).
// @ts-check

const base = "/operator/v1";
export const eventsUrl = `${base}/events`;

/** What the server refused, in its own words. */
export class Refusal extends Error {
  /** @param {number} status @param {string} text */
  constructor(status, text) {
    super(text);
    this.status = status;
  }
}

let onLogout = () => {};
/** @param {() => void} handler the session has ended */
export const whenLoggedOut = (handler) => void (onLogout = handler);

/** @param {string} path @param {string} [method] @param {object} [body] @returns {Promise<any>} */
export async function api(path, method = "GET", body) {
  const answer = await fetch(base + path, body === undefined ? { method } : { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  if (answer.status === 401) onLogout();
  if (answer.ok) return answer.status === 204 ? null : answer.json();
  const problem = await answer.json().catch(() => ({}));
  throw new Refusal(answer.status, problem.detail || problem.title || String(answer.status));
}
