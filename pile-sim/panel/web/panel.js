// The pile's plain page: asks for the state once a second and shows it; each button is one call of
// protocol/README.md section 5.
"use strict";

const byId = (id) => document.getElementById(id);

function facts(evse) {
  const transaction = evse.transaction;
  return [
    ["Connector", evse.connector],
    ["Bay", evse.bay_occupied ? "occupied" : "free"],
    ["Transaction", transaction ? `${transaction.charging_state}, ${(transaction.energy_wh / 1000).toFixed(2)} kWh` : "none"],
    ["Power", `${(evse.power_w / 1000).toFixed(1)} kW`],
    ["Battery", evse.soc_percent === undefined ? "no car" : `${evse.soc_percent} %`],
    ["Meter", `${(evse.meter_wh / 1000).toFixed(3)} kWh`],
  ];
}

function sectionOf(evse) {
  const old = byId(`evse-${evse.evse}`);
  if (old) return old;
  const section = byId("evse").content.firstElementChild.cloneNode(true);
  section.id = `evse-${evse.evse}`;
  section.querySelector(".qr").src = `/qr.png?evse=${evse.evse}`;
  section.querySelector(".qr").alt = evse.qr;
  section.querySelector(".name").textContent = evse.evse_id;
  for (const button of section.querySelectorAll("button")) button.dataset.evse = evse.evse;
  byId("evses").append(section);
  return section;
}

function show(state) {
  byId("identity").textContent = `Charging pile ${state.identity}`;
  byId("link").textContent = `Uplink ${state.uplink ? "up" : "down"}, registration ${state.boot}, ${state.queued} events waiting`;
  for (const evse of state.evses) {
    const list = sectionOf(evse).querySelector(".facts");
    list.replaceChildren(...facts(evse).flatMap(([name, value]) => {
      const dt = document.createElement("dt"), dd = document.createElement("dd");
      dt.textContent = name;
      dd.textContent = value;
      return [dt, dd];
    }));
  }
}

async function call(path, options) {
  const answer = await fetch(path, options);
  const body = await answer.json();
  byId("problem").textContent = answer.ok ? "" : body.detail || body.title || String(answer.status);
  if (answer.ok) show(body);
}

document.addEventListener("click", (event) => {
  const { action, body, evse } = event.target.dataset;
  if (!action) return;
  const fields = JSON.parse(body);
  if (evse) fields.evse = Number(evse);
  call(`/sim/${action}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(fields) });
});

async function follow() {
  try {
    await call("/sim/state");
  } catch {
    byId("link").textContent = "The pile does not answer.";
  }
  setTimeout(follow, 1000);
}
follow();
