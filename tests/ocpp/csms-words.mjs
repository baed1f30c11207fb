// What the scenarios of a strict CSMS say again and again: short words for requests, and reports put together.
import {until} from './peer.mjs';

export const variable = (component, name, more = {}) => ({component: {name: component, ...more}, variable: {name}});
export const token = (idToken, type = 'Central') => ({idToken, type});
export const start = (remoteStartId, idToken, more = {}) => ({remoteStartId, idToken: token(idToken), evseId: 1, ...more});
export const soon = seconds => new Date(Date.now() + seconds * 1000).toISOString();
export const CAR = {battery_wh: 60000, soc_percent: 20, max_power_w: 50000};

// The parts of one report, put together.
export async function report(w, action, request, notify = 'NotifyReport') {
    const answer = await w.ask(action, request);
    if (answer.status !== 'Accepted') return {status: answer.status ?? answer.callError, items: [], parts: []};
    const parts = () => w.of(notify, p => p.requestId === request.requestId).map(c => c.params);
    await until(() => parts().some(p => !p.tbc));
    return {status: 'Accepted', parts: parts(), items: parts().flatMap(p => p.reportData ?? p.monitor ?? p.messageInfo ?? p.chargingProfile ?? [])};
}

export const nameOf = d => ({component: d.component, variable: d.variable});
export const value = async (w, name) => (await w.ask('GetVariables', {getVariableData: [name]})).getVariableResult?.[0];
export const put = async (w, name, attributeValue) => (await w.ask('SetVariables', {setVariableData: [{...name, attributeValue}]})).setVariableResult?.[0]?.attributeStatus;
export const status = (w, evse = 1) => w.of('StatusNotification', p => p.evseId === evse).at(-1)?.params.connectorStatus;
export const becomes = (w, wanted, evse = 1) => until(() => status(w, evse) === wanted);
