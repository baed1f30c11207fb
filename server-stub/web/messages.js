// The raw OCPP messages: calls carry their action, answers only the id of the call.
// @ts-check
import { api } from "./api.js";

/** Which action an answer belongs to. @type {Map<string, string>} */
const calls = new Map();

/** @param {{t: (key: string) => string}} page */
export const kindWith = (page) => (/** @type {any} */ message) => {
  const head = /^\[(\d),"([^"]*)"(?:,"([^"]*)")?/.exec(message.text);
  if (!head) return "";
  if (head[1] === "2") return head[3] ?? "";
  return `${calls.get(head[2] ?? "") ?? ""} ${page.t(head[1] === "3" ? "answer" : "error")}`.trim();
};

/** @param {import("./tables.js").Table} table @param {any} message */
export function addMessage(table, message) {
  const call = /^\[2,"([^"]*)","([^"]*)"/.exec(message.text);
  if (call) calls.set(call[1] ?? "", call[2] ?? "");
  while (calls.size > 1000) calls.delete(calls.keys().next().value ?? "");
  table.put(String(message.seq), message);
}

/** All of the ring's newest are read beside what the filter finds in it: an answer needs its call. @param {import("./tables.js").Table} table @param {string} text */
export async function readMessages(table, text) {
  const sought = encodeURIComponent(text);
  const [byStation, byText, newest] = await Promise.all([api(`/messages?limit=500&station=${sought}`), api(`/messages?limit=500&text=${sought}`), api("/messages?limit=500")]);
  const all = new Map([...newest.messages, ...byStation.messages, ...byText.messages].map((m) => [m.seq, m]));
  table.clear();
  for (const message of [...all.values()].sort((a, b) => a.seq - b.seq)) addMessage(table, message);
}
