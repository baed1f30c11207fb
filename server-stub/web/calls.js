// What can be asked of a pile, with a payload to begin from (OCPP 2.0.1; protocol/README.md section 3 lists the actions).
// @ts-check

/** @typedef {{evse: number, transaction: string}} Context */

const variable = (/** @type {string} */ component, /** @type {string} */ name) => ({ component: { name: component }, variable: { name } });

/** @type {Record<string, {kind: "query" | "set" | "control", payload: (context: Context) => object}>} */
export const CALLS = {
  GetVariables: { kind: "query", payload: () => ({ getVariableData: [variable("OCPPCommCtrlr", "HeartbeatInterval")] }) },
  GetBaseReport: { kind: "query", payload: () => ({ reportBase: "FullInventory" }) },
  GetReport: { kind: "query", payload: ({ evse }) => ({ componentVariable: [{ component: { name: "BayOccupancySensor", evse: { id: evse } } }] }) },
  GetMonitoringReport: { kind: "query", payload: () => ({}) },
  GetTransactionStatus: { kind: "query", payload: ({ transaction }) => (transaction ? { transactionId: transaction } : {}) },
  GetCompositeSchedule: { kind: "query", payload: ({ evse }) => ({ evseId: evse, duration: 3600 }) },
  GetDisplayMessages: { kind: "query", payload: () => ({}) },
  GetLocalListVersion: { kind: "query", payload: () => ({}) },
  TriggerMessage: { kind: "query", payload: ({ evse }) => ({ requestedMessage: "StatusNotification", evse: { id: evse, connectorId: 1 } }) },
  SetVariables: { kind: "set", payload: () => ({ setVariableData: [{ ...variable("OCPPCommCtrlr", "HeartbeatInterval"), attributeValue: "300" }] }) },
  SetVariableMonitoring: { kind: "set", payload: ({ evse }) => ({ setMonitoringData: [{ value: 1, type: "Delta", severity: 5, component: { name: "EVSE", evse: { id: evse } }, variable: { name: "Power" } }] }) },
  SetChargingProfile: {
    kind: "set",
    payload: ({ evse }) => ({ evseId: evse, chargingProfile: { id: 1, stackLevel: 0, chargingProfilePurpose: "TxDefaultProfile", chargingProfileKind: "Relative",
      chargingSchedule: [{ id: 1, chargingRateUnit: "W", chargingSchedulePeriod: [{ startPeriod: 0, limit: 11000 }] }] } }),
  },
  ClearChargingProfile: { kind: "set", payload: () => ({ chargingProfileId: 1 }) },
  SetDisplayMessage: { kind: "set", payload: () => ({ message: { id: 1, priority: "NormalCycle", message: { format: "UTF8", language: "en", content: "Welcome" } } }) },
  ClearDisplayMessage: { kind: "set", payload: () => ({ id: 1 }) },
  CostUpdated: { kind: "set", payload: ({ transaction }) => ({ totalCost: 1.5, transactionId: transaction }) },
  ClearCache: { kind: "set", payload: () => ({}) },
  ChangeAvailability: { kind: "control", payload: ({ evse }) => ({ operationalStatus: "Inoperative", evse: { id: evse } }) },
  RequestStartTransaction: { kind: "control", payload: ({ evse }) => ({ evseId: evse, idToken: { idToken: "OPERATOR", type: "Central" } }) },
  RequestStopTransaction: { kind: "control", payload: ({ transaction }) => ({ transactionId: transaction }) },
  UnlockConnector: { kind: "control", payload: ({ evse }) => ({ evseId: evse, connectorId: 1 }) },
  Reset: { kind: "control", payload: () => ({ type: "OnIdle" }) },
};
