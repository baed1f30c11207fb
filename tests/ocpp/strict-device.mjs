// Scenarios of strict-csms.mjs: device model, reports, monitors, reservations, availability, local list, display,
// limits. Checks are named after the rules of the specification (part 2; part 6 for the profiles).
import {execFileSync} from 'node:child_process';
import {appendFileSync} from 'node:fs';
import path from 'node:path';
import {sleep, until} from './peer.mjs';

const variable = (component, name, more = {}) => ({component: {name: component, ...more}, variable: {name}});
const token = (idToken, type = 'Central') => ({idToken, type});
const start = (remoteStartId, idToken, more = {}) => ({remoteStartId, idToken: token(idToken), evseId: 1, ...more});
const soon = seconds => new Date(Date.now() + seconds * 1000).toISOString();
const CAR = {battery_wh: 60000, soc_percent: 20, max_power_w: 50000};

const REQUIRED = `AlignedDataCtrlr.Interval AlignedDataCtrlr.Measurands AlignedDataCtrlr.TxEndedInterval AlignedDataCtrlr.TxEndedMeasurands
    AuthCtrlr.AuthorizeRemoteStart AuthCtrlr.LocalAuthorizeOffline AuthCtrlr.LocalPreAuthorize ChargingStation.AvailabilityState ChargingStation.Available
    ChargingStation.SupplyPhases ClockCtrlr.DateTime ClockCtrlr.TimeSource Connector.Available Connector.ConnectorType Connector.SupplyPhases
    DeviceDataCtrlr.BytesPerMessage DeviceDataCtrlr.ItemsPerMessage DisplayMessageCtrlr.DisplayMessages DisplayMessageCtrlr.SupportedFormats
    DisplayMessageCtrlr.SupportedPriorities EVSE.AvailabilityState EVSE.Available EVSE.Power EVSE.SupplyPhases LocalAuthListCtrlr.BytesPerMessage
    LocalAuthListCtrlr.Entries LocalAuthListCtrlr.ItemsPerMessage MonitoringCtrlr.BytesPerMessage MonitoringCtrlr.ItemsPerMessage
    OCPPCommCtrlr.FileTransferProtocols OCPPCommCtrlr.MessageAttemptInterval OCPPCommCtrlr.MessageAttempts OCPPCommCtrlr.MessageTimeout
    OCPPCommCtrlr.NetworkConfigurationPriority OCPPCommCtrlr.NetworkProfileConnectionAttempts OCPPCommCtrlr.OfflineThreshold OCPPCommCtrlr.ResetRetries
    OCPPCommCtrlr.UnlockOnEVSideDisconnect SampledDataCtrlr.TxEndedInterval SampledDataCtrlr.TxEndedMeasurands SampledDataCtrlr.TxStartedMeasurands
    SampledDataCtrlr.TxUpdatedInterval SampledDataCtrlr.TxUpdatedMeasurands SecurityCtrlr.CertificateEntries SecurityCtrlr.OrganizationName
    SecurityCtrlr.SecurityProfile SmartChargingCtrlr.Entries SmartChargingCtrlr.LimitChangeSignificance SmartChargingCtrlr.PeriodsPerSchedule
    SmartChargingCtrlr.ProfileStackLevel SmartChargingCtrlr.RateUnit TariffCostCtrlr.Currency TariffCostCtrlr.TariffFallbackMessage
    TariffCostCtrlr.TotalCostFallbackMessage TxCtrlr.EVConnectionTimeOut TxCtrlr.StopTxOnEVSideDisconnect TxCtrlr.StopTxOnInvalidId TxCtrlr.TxStartPoint
    TxCtrlr.TxStopPoint`.split(/\s+/);

// The parts of one report, put together.
async function report(w, action, request, notify = 'NotifyReport') {
    const answer = await w.ask(action, request);
    if (answer.status !== 'Accepted') return {status: answer.status ?? answer.callError, items: [], parts: []};
    const parts = () => w.of(notify, p => p.requestId === request.requestId).map(c => c.params);
    await until(() => parts().some(p => !p.tbc));
    return {status: 'Accepted', parts: parts(), items: parts().flatMap(p => p.reportData ?? p.monitor ?? p.messageInfo ?? p.chargingProfile ?? [])};
}

const nameOf = d => ({component: d.component, variable: d.variable});
const value = async (w, name) => (await w.ask('GetVariables', {getVariableData: [name]})).getVariableResult?.[0];
const put = async (w, name, attributeValue) => (await w.ask('SetVariables', {setVariableData: [{...name, attributeValue}]})).setVariableResult?.[0]?.attributeStatus;
const status = (w, evse = 1) => w.of('StatusNotification', p => p.evseId === evse).at(-1)?.params.connectorStatus;
const becomes = (w, wanted, evse = 1) => until(() => status(w, evse) === wanted);

function fits(d) {
    const {dataType, valuesList, minLimit, maxLimit} = d.variableCharacteristics;
    return d.variableAttribute.every(({value}) => value === undefined || {
        boolean: () => ['true', 'false'].includes(value),
        integer: () => /^-?\d+$/.test(value) && (maxLimit === undefined || +value <= maxLimit) && (minLimit === undefined || +value >= minLimit),
        decimal: () => /^-?\d+(\.\d+)?$/.test(value),
        dateTime: () => !Number.isNaN(Date.parse(value)),
        OptionList: () => !valuesList || valuesList.split(',').includes(value),
        MemberList: () => !valuesList || value === '' || value.split(',').every(v => valuesList.split(',').includes(v)),
        SequenceList: () => !valuesList || value.split(',').every(v => valuesList.split(',').includes(v)),
        string: () => true,
    }[dataType]());
}

export const scenarios = {
    async inventory(w) {
        w.evses = 3;
        await w.start();
        await w.accepted();
        const full = await report(w, 'GetBaseReport', {requestId: 1, reportBase: 'FullInventory'});
        const names = new Set(full.items.map(d => `${d.component.name}.${d.variable.name}`));
        w.equal('B07 FullInventory has every required variable of its profiles', REQUIRED.filter(n => !names.has(n)), []);
        w.equal('B07 no variable comes twice', full.items.length, new Set(full.items.map(d => JSON.stringify(nameOf(d)))).size);
        w.check('B07 it comes in several parts, each small', full.parts.length > 1 && full.parts.every(p => JSON.stringify(p).length <= 65536 && p.reportData.length <= 64));
        w.equal('B07 every value has the type that it says', full.items.filter(d => !fits(d)).map(nameOf), []);
        w.equal('B07 EVSE and Connector come for each EVSE', full.items.filter(d => d.variable.name === 'AvailabilityState').map(d => d.component.evse?.id ?? 0).sort(), [0, 1, 1, 2, 2, 3, 3]);
        w.check('B07 EVSE.Power tells its limit', full.items.filter(d => d.component.name === 'EVSE' && d.variable.name === 'Power').every(d => d.variableCharacteristics.maxLimit > 0));
        const hidden = full.items.filter(d => d.variableAttribute[0].mutability === 'WriteOnly');
        w.check('B07 write-only variables are named, without a value', hidden.length > 0 && hidden.every(d => d.variableAttribute[0].value === undefined));
        w.check('B06 and cannot be read', (await w.ask('GetVariables', {getVariableData: hidden.map(nameOf)})).getVariableResult.every(r => r.attributeStatus === 'Rejected' && r.attributeValue === undefined));
        const readable = full.items.filter(d => d.variableAttribute[0].value !== undefined && d.variable.name !== 'DateTime' && d.variable.name !== 'TimeFloor');
        const different = [];
        for (let i = 0; i < readable.length; i += 50) {
            const part = readable.slice(i, i + 50);
            const got = (await w.ask('GetVariables', {getVariableData: part.map(nameOf)})).getVariableResult;
            got.forEach((r, k) => r.attributeStatus === 'Accepted' && r.attributeValue === part[k].variableAttribute[0].value || different.push([r, part[k].variableAttribute[0].value]));
        }
        w.equal('B06 every reported value is read the same', different, []);
        const writable = full.items.filter(d => d.variableAttribute[0].mutability === 'ReadWrite');
        const refused = [];
        for (let i = 0; i < writable.length; i += 50) {
            const part = writable.slice(i, i + 50);
            const got = (await w.ask('SetVariables', {setVariableData: part.map(d => ({...nameOf(d), attributeValue: d.variableAttribute[0].value}))})).setVariableResult;
            got.forEach((r, k) => ['Accepted', 'RebootRequired'].includes(r.attributeStatus) || refused.push([r.attributeStatus, nameOf(part[k])]));
        }
        w.equal('B05 every ReadWrite variable takes the value that it has', refused, []);
        const fixed = full.items.filter(d => d.variableAttribute[0].mutability === 'ReadOnly').slice(0, 60);
        w.check('B05 a ReadOnly variable takes none', (await w.ask('SetVariables', {setVariableData: fixed.map(d => ({...nameOf(d), attributeValue: '1'}))})).setVariableResult.every(r => r.attributeStatus === 'Rejected'));
        const configuration = await report(w, 'GetBaseReport', {requestId: 2, reportBase: 'ConfigurationInventory'});
        w.equal('B07 ConfigurationInventory is exactly what can be set', configuration.items.map(d => JSON.stringify(nameOf(d))).sort(), [...writable, ...hidden].map(d => JSON.stringify(nameOf(d))).sort());
        const summary = await report(w, 'GetBaseReport', {requestId: 3, reportBase: 'SummaryInventory'});
        w.check('B07 SummaryInventory has availability and problems', summary.items.length > 0 && summary.items.every(d => ['AvailabilityState', 'Problem'].includes(d.variable.name)));
        const many = Array.from({length: 65}, () => variable('TxCtrlr', 'TxStartPoint'));
        w.equal('B06 more items than ItemsPerMessage', (await w.ask('GetVariables', {getVariableData: many})).callError, 'OccurrenceConstraintViolation');
        w.equal('B05 likewise', (await w.ask('SetVariables', {setVariableData: many.map(m => ({...m, attributeValue: 'Authorized'}))})).callError, 'OccurrenceConstraintViolation');
        w.equal('B06 names are compared without case', (await value(w, variable('txctrlr', 'TXSTARTPOINT')))?.attributeStatus, 'Accepted');
        w.equal('B06 another EVSE is an unknown component', (await value(w, variable('EVSE', 'Power', {evse: {id: 4}})))?.attributeStatus, 'UnknownComponent');
        w.equal('B06 a missing instance is an unknown variable', (await value(w, variable('DeviceDataCtrlr', 'ItemsPerMessage')))?.attributeStatus, 'UnknownVariable');
        w.equal('B05 an attribute that it does not have', (await w.ask('SetVariables', {setVariableData: [{...variable('TxCtrlr', 'TxStartPoint'), attributeType: 'MinSet', attributeValue: 'x'}]})).setVariableResult?.[0]?.attributeStatus, 'NotSupportedAttributeType');
        for (const [component, name, bad] of [['TxCtrlr', 'EVConnectionTimeOut', '0'], ['TxCtrlr', 'EVConnectionTimeOut', '1e3'], ['TxCtrlr', 'TxStopPoint', 'Nowhere'], ['AuthCtrlr', 'AuthorizeRemoteStart', 'yes'], ['SmartChargingCtrlr', 'LimitChangeSignificance', '101'], ['OCPPCommCtrlr', 'NetworkConfigurationPriority', '7']])
            w.equal(`B05 ${component}.${name} = ${bad}`, await put(w, variable(component, name), bad), 'Rejected');
    },

    async customReport(w) {
        w.evses = 2;
        await w.start();
        await w.accepted();
        const get = (requestId, more) => report(w, 'GetReport', {requestId, ...more});
        w.equal('B08 one variable of all EVSEs', (await get(1, {componentVariable: [variable('EVSE', 'Power')]})).items.map(d => d.component.evse.id), [1, 2]);
        w.equal('B08 of one EVSE', (await get(2, {componentVariable: [variable('EVSE', 'Power', {evse: {id: 2}})]})).items.map(d => d.component.evse.id), [2]);
        const whole = await get(3, {componentVariable: [{component: {name: 'TxCtrlr'}}]});
        w.check('B08 a component as a whole', whole.items.length >= 6 && whole.items.every(d => d.component.name === 'TxCtrlr'));
        w.equal('B08 every instance', (await get(4, {componentVariable: [variable('DeviceDataCtrlr', 'BytesPerMessage')]})).items.map(d => d.variable.instance).sort(), ['GetReport', 'GetVariables', 'SetVariables']);
        w.equal('B08 nothing fits: EmptyResultSet', (await get(5, {componentVariable: [variable('Toaster', 'Colour')]})).status, 'EmptyResultSet');
        w.check('B08 then no report follows', w.of('NotifyReport', p => p.requestId === 5).length === 0);
        w.equal('B08 no Problem', (await get(6, {componentCriteria: ['Problem']})).status, 'EmptyResultSet');
        await w.sim('fault', {evse: 2, fault: true});
        await becomes(w, 'Faulted', 2);
        const broken = await get(7, {componentCriteria: ['Problem'], componentVariable: [variable('EVSE', 'Problem')]});
        w.equal('B08 a Problem, and only that', broken.items.map(d => [d.component.evse.id, d.variableAttribute[0].value]), [[2, 'true']]);
        await w.set('ReservationCtrlr', 'Enabled', 'false');
        w.equal('B08 Enabled leaves out what is not', (await get(8, {componentCriteria: ['Enabled'], componentVariable: [{component: {name: 'ReservationCtrlr'}}]})).status, 'EmptyResultSet');
        w.check('B08 no filter: all', (await get(9, {})).items.length > 100);
        w.equal('B08 too many filters', (await w.ask('GetReport', {requestId: 10, componentVariable: Array.from({length: 65}, () => variable('EVSE', 'Power'))})).callError, 'OccurrenceConstraintViolation');
    },

    async setAndKeep(w) {
        await w.start();
        await w.accepted();
        await w.set('TxCtrlr', 'EVConnectionTimeOut', 77);
        await w.set('ReservationCtrlr', 'NonEvseSpecific', 'false');
        w.equal('B05 a value that needs a reboot', await put(w, variable('OCPPCommCtrlr', 'NetworkConfigurationPriority'), '1'), 'RebootRequired');
        w.equal('A01 a new password is accepted', await put(w, variable('SecurityCtrlr', 'BasicAuthPassword'), 'another-password-of-the-csms'), 'Accepted');
        const before = w.handshakes.length;
        w.password = 'another-password-of-the-csms';
        w.check('A01 it connects anew with it', await until(() => w.handshakes.slice(before).some(h => h.password?.toString() === w.password)), w.handshakes.map(h => h.password?.toString()));
        await until(() => w.of('BootNotification').length >= 2);
        await w.pile.stop();
        await w.startPile(w.url);
        w.check('A01 and after a restart', await until(() => w.of('BootNotification').length >= 3));
        w.equal('B05 what was set is kept over a restart', (await value(w, variable('TxCtrlr', 'EVConnectionTimeOut')))?.attributeValue, '77');
        w.equal('H01 no reservation without an EVSE when NonEvseSpecific is false', (await w.ask('ReserveNow', {id: 1, expiryDateTime: soon(60), idToken: token('A')})).status, 'Rejected');
        w.equal('P01 DataTransfer of a stranger', (await w.ask('DataTransfer', {vendorId: 'org.example', data: {x: 1}})).status, 'UnknownVendorId');
    },

    async reservations(w) {
        w.evses = 2;
        await w.start();
        await w.accepted();
        const reserve = (id, more = {}) => w.ask('ReserveNow', {id, expiryDateTime: soon(60), idToken: token('CAR-1'), evseId: 1, ...more});
        w.equal('H01 a free EVSE is reserved', (await reserve(7)).status, 'Accepted');
        w.check('H01.FR.23 its connector becomes Reserved', await becomes(w, 'Reserved'));
        w.equal('H01.FR.02 the same id replaces', (await reserve(7, {evseId: 2})).status, 'Accepted');
        w.check('H01.FR.02 the first is free again, the second reserved', await becomes(w, 'Available') && await becomes(w, 'Reserved', 2));
        w.equal('H01 a reserved EVSE for somebody else', (await reserve(8, {evseId: 2, idToken: token('CAR-2')})).status, 'Occupied');
        w.equal('H01 an unknown EVSE', (await reserve(8, {evseId: 9})).status, 'Rejected');
        w.equal('H01 a connector that it does not have', (await reserve(8, {connectorType: 'sType2'})).status, 'Rejected');
        w.equal('H01 an end in the past', (await reserve(8, {expiryDateTime: soon(-5)})).status, 'Rejected');
        w.equal('F02.FR.23 the start of another token is rejected', (await w.ask('RequestStartTransaction', start(1, 'CAR-2', {evseId: 2}))).status, 'Rejected');
        w.equal('H02.FR.01 cancelling what is not there', (await w.ask('CancelReservation', {reservationId: 99})).status, 'Rejected');
        w.equal('H03 the start of its token is accepted', (await w.ask('RequestStartTransaction', start(2, 'car-1', {evseId: 2}))).status, 'Accepted');
        const started = await w.next('TransactionEvent', p => p.eventType === 'Started');
        w.equal('H01.FR.15 the transaction has the reservationId', started?.reservationId, 7);
        await w.sim('plug', {evse: 2, vehicle: CAR});
        w.check('H03 Reserved becomes Occupied, not Available in between', await becomes(w, 'Occupied', 2) && w.of('StatusNotification', p => p.evseId === 2).map(c => c.params.connectorStatus).slice(-2).join() === 'Reserved,Occupied');
        w.equal('H02 a used reservation cannot be cancelled', (await w.ask('CancelReservation', {reservationId: 7})).status, 'Rejected');
        await w.sim('unplug', {evse: 2});
        await becomes(w, 'Available', 2);
        w.equal('H03 a group', (await reserve(10, {groupIdToken: token('FLEET')})).status, 'Accepted');
        await becomes(w, 'Reserved');
        w.equal('H03.FR.03 a token of the group may start', (await w.ask('RequestStartTransaction', start(3, 'CAR-9', {groupIdToken: token('FLEET')}))).status, 'Accepted');
        const second = await until(() => w.events().find(e => e.transactionInfo.remoteStartId === 3));
        w.equal('H01.FR.15 with the reservationId', second?.reservationId, 10);
        await w.ask('RequestStopTransaction', {transactionId: second?.transactionInfo.transactionId});
        await until(() => w.events(second?.transactionInfo.transactionId).some(e => e.eventType === 'Ended'));
        w.equal('H04 a short one', (await reserve(11, {expiryDateTime: soon(1.5)})).status, 'Accepted');
        w.equal('H04.FR.01 it expires', (await w.next('ReservationStatusUpdate', p => p.reservationId === 11))?.reservationUpdateStatus, 'Expired');
        w.check('H04.FR.03 and the connector is Available', await becomes(w, 'Available'));
        w.check('H04 Expired is told before Available', w.of('ReservationStatusUpdate')[0].at <= w.of('StatusNotification', p => p.evseId === 1).at(-1).at);
        await reserve(12);
        await becomes(w, 'Reserved');
        await w.sim('fault', {fault: true});
        w.equal('H01.FR.16 a fault ends it: Removed', (await w.next('ReservationStatusUpdate', p => p.reservationId === 12))?.reservationUpdateStatus, 'Removed');
        w.equal('H01.FR.12 a faulted EVSE', (await reserve(13)).status, 'Faulted');
        await w.sim('fault', {fault: false});
        w.check('H01 it does not come back with the EVSE', await becomes(w, 'Available'));
        await reserve(14);
        w.equal('H02.FR.02 cancelled', (await w.ask('CancelReservation', {reservationId: 14})).status, 'Accepted');
        w.check('H02 the connector is Available', await becomes(w, 'Available'));
        await w.ask('ChangeAvailability', {operationalStatus: 'Inoperative', evse: {id: 1}});
        w.equal('H01.FR.14 an unavailable EVSE', (await reserve(15)).status, 'Unavailable');
        await w.ask('ChangeAvailability', {operationalStatus: 'Operative', evse: {id: 1}});
        await w.sim('bay', {occupied: true});
        w.equal('a bay in which a car stands is Occupied', (await reserve(16)).status, 'Occupied');
        await w.sim('bay', {occupied: false});
        await sleep(700);
        w.equal('H01 any EVSE', (await reserve(17, {evseId: undefined})).status, 'Accepted');
        w.equal('H01 any for two', (await reserve(18, {evseId: undefined, idToken: token('CAR-2')})).status, 'Accepted');
        w.check('H01.FR.20 then all connectors are Reserved', await becomes(w, 'Reserved') && await becomes(w, 'Reserved', 2));
        w.equal('H01 no third', (await reserve(19, {evseId: undefined, idToken: token('CAR-3')})).status, 'Occupied');
        await w.set('ReservationCtrlr', 'Enabled', 'false');
        w.equal('H01.FR.01 not configured to accept reservations', (await reserve(20)).status, 'Rejected');
        w.check('no update for what was cancelled or used', w.of('ReservationStatusUpdate').every(c => [11, 12].includes(c.params.reservationId)));
    },

    // Restart of the pile, a cut line, and a reservation that ends meanwhile.
    async reservationsKept(w) {
        w.evses = 3;
        await w.start();
        await w.accepted();
        for (const [id, seconds] of [[1, 60], [2, 60], [3, 3]]) await w.ask('ReserveNow', {id, expiryDateTime: soon(seconds), idToken: token('CAR-1'), evseId: id});
        await becomes(w, 'Reserved', 3);
        await w.ask('CancelReservation', {reservationId: 2});
        w.pile.child.kill('SIGKILL');
        await w.pile.ended;
        await sleep(2500);
        const boots = w.of('BootNotification').length;
        await w.startPile(w.url);
        await until(() => w.of('BootNotification').length > boots && w.of('StatusNotification').length >= 10);
        w.check('a held reservation survives a restart', await becomes(w, 'Reserved', 1));
        w.check('a cancelled one is not resurrected', status(w, 2) === 'Available');
        w.equal('one that ended without power is told afterwards', (await w.next('ReservationStatusUpdate', p => p.reservationId === 3))?.reservationUpdateStatus, 'Expired');
        w.equal('others are still turned away', (await w.ask('RequestStartTransaction', start(1, 'CAR-2'))).status, 'Rejected');
        await w.ask('ReserveNow', {id: 4, expiryDateTime: soon(1.5), idToken: token('CAR-1'), evseId: 2});
        await w.sim('uplink', {up: false});
        await until(() => w.client.state === 3);
        await sleep(1700);
        w.equal('it ends without a line, too', (await w.sim('bay', {occupied: false})).evses[1].connector, 'Available');
        await w.sim('uplink', {up: true});
        w.equal('and is told when the line is back', (await w.next('ReservationStatusUpdate', p => p.reservationId === 4, 12000))?.reservationUpdateStatus, 'Expired');
        w.equal('once', w.of('ReservationStatusUpdate', p => p.reservationId === 4).length, 1);
        w.equal('its own token may still use the one that is held', (await w.ask('RequestStartTransaction', start(2, 'CAR-1'))).status, 'Accepted');
    },

    async availability(w) {
        w.evses = 2;
        await w.start();
        await w.accepted();
        const change = (operationalStatus, evse) => w.ask('ChangeAvailability', {operationalStatus, ...(evse && {evse})});
        w.equal('G03 an unknown EVSE', (await change('Inoperative', {id: 9})).status, 'Rejected');
        w.equal('G03 an unknown connector', (await change('Inoperative', {id: 1, connectorId: 2})).status, 'Rejected');
        await w.sim('plug', {vehicle: CAR});
        await w.ask('RequestStartTransaction', start(1, 'CAR-1'));
        await w.next('TransactionEvent', p => p.transactionInfo.chargingState === 'Charging');
        w.equal('G03.FR.05 a running transaction comes first: Scheduled', (await change('Inoperative', {id: 1})).status, 'Scheduled');
        w.equal('G04 the whole station: Scheduled', (await change('Inoperative')).status, 'Scheduled');
        w.check('G04 the free EVSE is Unavailable at once', await becomes(w, 'Unavailable', 2));
        w.equal('G03 the busy one not yet', status(w), 'Occupied');
        await w.ask('RequestStopTransaction', {transactionId: w.events()[0].transactionInfo.transactionId});
        w.check('G03 after the transaction it is Unavailable', await becomes(w, 'Unavailable'));
        w.equal('G03 a start is rejected', (await w.ask('RequestStartTransaction', start(2, 'CAR-1'))).status, 'Rejected');
        w.equal('G03 the same again is Accepted', (await change('Inoperative')).status, 'Accepted');
        await w.pile.stop();
        const n = w.of('StatusNotification').length;
        await w.startPile(w.url);
        await until(() => w.of('StatusNotification').length >= n + 2);
        w.equal('G03.FR.08 it is kept over a restart', [status(w, 1), status(w, 2)], ['Unavailable', 'Unavailable']);
        w.equal('G03 back in service', (await change('Operative')).status, 'Accepted');
        w.check('G03 with the cable in it is Occupied, the other Available', await becomes(w, 'Occupied') && await becomes(w, 'Available', 2));
        w.equal('B11 reset of one EVSE', (await w.ask('Reset', {type: 'OnIdle', evseId: 2})).status, 'Accepted');
        w.equal('B11 of an unknown EVSE', (await w.ask('Reset', {type: 'OnIdle', evseId: 9})).status, 'Rejected');
        await w.ask('RequestStartTransaction', start(3, 'CAR-1'));
        const running = await until(() => w.events().find(e => e.transactionInfo.remoteStartId === 3));
        w.equal('B11 reset OnIdle while somebody charges', (await w.ask('Reset', {type: 'OnIdle'})).status, 'Scheduled');
        w.equal('B11 nobody new is taken until then', (await w.ask('RequestStartTransaction', start(4, 'CAR-2', {evseId: 2}))).status, 'Rejected');
        w.equal('F05 no unlocking under an authorised transaction', (await w.ask('UnlockConnector', {evseId: 1, connectorId: 1})).status, 'OngoingAuthorizedTransaction');
        const boots = w.of('BootNotification').length;
        w.equal('B12 an immediate one ends it', (await w.ask('Reset', {type: 'Immediate'})).status, 'Accepted');
        w.equal('B12.FR.04 with stoppedReason ImmediateReset', (await until(() => w.events(running.transactionInfo.transactionId).find(e => e.eventType === 'Ended')))?.transactionInfo.stoppedReason, 'ImmediateReset');
        await until(() => w.of('BootNotification').length > boots);
        w.equal('B12 it boots with reason RemoteReset', w.of('BootNotification').at(-1).params.reason, 'RemoteReset');
        w.checkSequence(running.transactionInfo.transactionId);
    },

    async triggers(w) {
        w.evses = 2;
        await w.start();
        await w.accepted();
        const trigger = (requestedMessage, evse) => w.ask('TriggerMessage', {requestedMessage, ...(evse && {evse})});
        for (const [message, evse] of [['Heartbeat'], ['MeterValues', {id: 2}], ['LogStatusNotification'], ['FirmwareStatusNotification'], ['StatusNotification', {id: 1, connectorId: 1}]]) {
            const n = w.of(message).length;
            w.equal(`F06 TriggerMessage ${message}`, (await trigger(message, evse)).status, 'Accepted');
            w.check(`F06 ${message} follows`, await until(() => w.of(message).length > n));
        }
        w.equal('F06 MeterValues are of the EVSE that was named', w.of('MeterValues').at(-1).params.evseId, 2);
        w.check('F06 with context Trigger', w.of('MeterValues').at(-1).params.meterValue.every(m => m.sampledValue.every(s => s.context === 'Trigger')));
        w.equal('F06 no transaction, no TransactionEvent', (await trigger('TransactionEvent')).status, 'Rejected');
        w.equal('F06 an unknown EVSE', (await trigger('MeterValues', {id: 7})).status, 'Rejected');
        for (const message of ['SignChargingStationCertificate', 'SignV2GCertificate', 'SignCombinedCertificate', 'PublishFirmwareStatusNotification'])
            w.equal(`F06.FR.08 ${message}`, (await trigger(message)).status, 'NotImplemented');
        await w.sim('plug', {vehicle: CAR});
        await w.ask('RequestStartTransaction', start(1, 'CAR-1'));
        await w.next('TransactionEvent', p => p.transactionInfo.chargingState === 'Charging');
        w.equal('F06 TransactionEvent in a transaction', (await trigger('TransactionEvent', {id: 1})).status, 'Accepted');
        const event = await w.next('TransactionEvent', p => p.triggerReason === 'Trigger');
        w.check('F06 with the readings', event?.meterValue?.[0].sampledValue.length >= 3, event);
        w.equal('F06 not of the EVSE without one', (await trigger('TransactionEvent', {id: 2})).status, 'Rejected');
        await w.set('AlignedDataCtrlr', 'Interval', 2);
        w.check('J01 readings at the time of the clock: in the transaction', await w.next('TransactionEvent', p => p.triggerReason === 'MeterValueClock'));
        w.check('J01 and of the idle EVSE', await until(() => w.of('MeterValues', p => p.evseId === 2 && p.meterValue[0].sampledValue[0].context === 'Sample.Clock')[0]));
        for (const action of ['GetLog', 'UpdateFirmware', 'CertificateSigned', 'DeleteCertificate', 'InstallCertificate', 'GetInstalledCertificateIds', 'PublishFirmware', 'UnpublishFirmware'])
            w.equal(`${action} is known but not served: NotSupported`, (await w.askRaw(`ns-${action}`, JSON.stringify([2, `ns-${action}`, action, {}])))?.[2], 'NotSupported');
    },

    async monitors(w) {
        await w.start();
        await w.accepted();
        const POWER = variable('EVSE', 'Power', {evse: {id: 1}}), STATE = variable('Connector', 'AvailabilityState', {evse: {id: 1, connectorId: 1}});
        const set = async (...items) => (await w.ask('SetVariableMonitoring', {setMonitoringData: items})).setMonitoringResult;
        const first = await set({value: 1000, type: 'UpperThreshold', severity: 5, ...POWER}, {value: 1, type: 'Delta', severity: 5, ...STATE}, {value: 1, type: 'Delta', severity: 5, ...variable('Toaster', 'X')}, {value: 1, type: 'Delta', severity: 5, ...variable('EVSE', 'X', {evse: {id: 1}})}, {value: 1, type: 'UpperThreshold', severity: 5, ...STATE}, {value: 1, type: 'Delta', severity: 10, ...POWER});
        w.equal('N04 item by item', first?.map(r => r.status), ['Accepted', 'Accepted', 'UnknownComponent', 'UnknownVariable', 'UnsupportedMonitorType', 'Rejected']);
        w.check('N04 an accepted one gets an id, the others none', first[0].id !== undefined && first[1].id !== undefined && first.slice(2).every(r => r.id === undefined));
        w.equal('N04 the same kind and severity again', (await set({value: 2000, type: 'UpperThreshold', severity: 5, ...POWER}))[0].status, 'Duplicate');
        w.equal('N04 replaced under its id', (await set({id: first[0].id, value: 3000, type: 'UpperThreshold', severity: 5, ...POWER}))[0].status, 'Accepted');
        w.equal('N04 an id that was never given', (await set({id: 4711, value: 3000, type: 'UpperThreshold', severity: 3, ...POWER}))[0].status, 'Rejected');
        await w.sim('plug', {vehicle: CAR});
        const find = wanted => until(() => w.of('NotifyEvent').flatMap(c => c.params.eventData).find(wanted));
        const delta = await find(e => e.variableMonitoringId === first[1].id);
        w.equal('N07 a change is told', delta && [delta.trigger, delta.actualValue, delta.eventNotificationType], ['Delta', 'Occupied', 'CustomMonitor']);
        await w.ask('RequestStartTransaction', start(1, 'CAR-1'));
        const alert = await find(e => e.variableMonitoringId === first[0].id && e.trigger === 'Alerting');
        w.check('N07 the threshold is crossed: Alerting, above it, in the transaction', alert && +alert.actualValue > 3000 && alert.transactionId && !alert.cleared, alert);
        await w.sim('unplug');
        w.check('N07 its end is told: cleared', await find(e => e.variableMonitoringId === first[0].id && e.cleared === true));
        const periodic = (await set({value: 1, type: 'Periodic', severity: 8, ...POWER}))[0];
        w.check('N08 a periodic one tells every second', await until(() => w.of('NotifyEvent').flatMap(c => c.params.eventData).filter(e => e.variableMonitoringId === periodic.id && e.trigger === 'Periodic').length >= 2));
        const ids = w.of('NotifyEvent').flatMap(c => c.params.eventData.map(e => e.eventId));
        w.equal('N07 event ids are unique', new Set(ids).size, ids.length);
        const all = await report(w, 'GetMonitoringReport', {requestId: 1}, 'NotifyMonitoringReport');
        w.equal('N02 the report has all monitors', all.items.flatMap(m => m.variableMonitoring.map(v => v.id)).sort(), [first[0].id, first[1].id, periodic.id].sort());
        w.equal('N02 those of one kind', (await report(w, 'GetMonitoringReport', {requestId: 2, monitoringCriteria: ['DeltaMonitoring']}, 'NotifyMonitoringReport')).items.length, 1);
        w.equal('N02 none: EmptyResultSet', (await w.ask('GetMonitoringReport', {requestId: 3, componentVariable: [variable('TxCtrlr', 'TxStartPoint')]})).status, 'EmptyResultSet');
        w.equal('N05 a level beyond 9', (await w.ask('SetMonitoringLevel', {severity: 10})).status, 'Rejected');
        w.equal('N05 only severe ones', (await w.ask('SetMonitoringLevel', {severity: 4})).status, 'Accepted');
        await sleep(300);
        const n = w.of('NotifyEvent').length;
        await sleep(1500);
        w.equal('N05 the others are quiet', w.of('NotifyEvent').length, n);
        w.equal('N06 cleared, and not found', (await w.ask('ClearVariableMonitoring', {id: [first[0].id, 999]})).clearMonitoringResult.map(r => r.status), ['Accepted', 'NotFound']);
        w.equal('N03 back to the factory', (await w.ask('SetMonitoringBase', {monitoringBase: 'FactoryDefault'})).status, 'Accepted');
        w.equal('N03 no custom monitor is left', (await w.ask('GetMonitoringReport', {requestId: 4})).status, 'EmptyResultSet');
        w.equal('N03 the base can be read', (await value(w, variable('MonitoringCtrlr', 'ActiveMonitoringBase')))?.attributeValue, 'FactoryDefault');
    },

    async display(w) {
        await w.start();
        await w.accepted();
        const show = (id, content, more = {}, format = 'UTF8') => w.ask('SetDisplayMessage', {message: {id, priority: 'NormalCycle', message: {format, content}, ...more}});
        const seen = async () => (await w.sim('bay', {occupied: false})).evses[0].display.map(m => m.text);
        w.equal('O01 a message is accepted', (await show(1, 'Welcome')).status, 'Accepted');
        w.equal('O01 and shown', await seen(), ['Welcome']);
        await show(2, 'Before', {priority: 'InFront'});
        w.equal('O01 InFront comes first', await seen(), ['Before', 'Welcome']);
        await show(3, 'Only', {priority: 'AlwaysFront'});
        w.equal('O01 AlwaysFront is alone', await seen(), ['Only']);
        w.equal('O05 cleared', (await w.ask('ClearDisplayMessage', {id: 3})).status, 'Accepted');
        w.equal('O05 cleared twice', (await w.ask('ClearDisplayMessage', {id: 3})).status, 'Unknown');
        await show(1, '欢迎 <b>x</b>');
        w.equal('O06 the same id replaces; markup is text', await seen(), ['Before', '欢迎 <b>x</b>']);
        w.equal('O01 HTML', (await show(4, '<b>x</b>', {}, 'HTML')).status, 'NotSupportedMessageFormat');
        w.equal('O02 for a transaction that nobody knows', (await show(4, 'x', {transactionId: 'nobody'})).status, 'UnknownTransaction');
        w.equal('O01 over before it begins', (await show(4, 'x', {endDateTime: soon(-9)})).status, 'Rejected');
        await show(5, 'Short', {priority: 'InFront', endDateTime: soon(1)});
        w.check('O01 it goes at its end', (await seen()).includes('Short') && await until(async () => !(await seen()).includes('Short'), 3000));
        await show(6, 'While charging', {state: 'Charging', priority: 'InFront'});
        w.check('O01 not in this state', !(await seen()).includes('While charging'));
        w.answers.TransactionEvent = p => (p.idToken ? {idTokenInfo: {status: 'Accepted', personalMessage: {format: 'UTF8', content: 'Hello driver'}}} : {});
        await w.sim('plug', {vehicle: CAR});
        await w.ask('RequestStartTransaction', start(1, 'CAR-1'));
        const id = (await w.next('TransactionEvent', p => p.eventType === 'Started'))?.transactionInfo.transactionId;
        w.check('I01 the personal message is first', await until(async () => (await seen())[0] === 'Hello driver'));
        w.check('O01 in this state it is there', (await seen()).includes('While charging'));
        w.equal('O02 for the transaction', (await show(7, 'For you', {transactionId: id})).status, 'Accepted');
        w.equal('I02 CostUpdated is answered', await w.ask('CostUpdated', {totalCost: 12.34, transactionId: id}), {});
        w.equal('I02 and shown', (await w.sim('bay', {occupied: false})).evses[0].transaction.cost_minor, 1234);
        w.answers.TransactionEvent = p => (p.eventType === 'Ended' ? {totalCost: 13.5} : {});
        await w.ask('RequestStopTransaction', {transactionId: id});
        w.check('I03 the final cost, of the answer to Ended', await until(async () => (await w.sim('bay', {occupied: false})).evses[0].last_session?.cost_minor === 1350));
        w.check('O02 the message of the transaction is gone', !(await seen()).includes('For you'));
        const told = await report(w, 'GetDisplayMessages', {requestId: 9}, 'NotifyDisplayMessages');
        w.equal('O03 all messages', told.items.map(m => m.id).sort(), [1, 2, 6]);
        w.equal('O04 some', (await report(w, 'GetDisplayMessages', {requestId: 10, priority: 'InFront', state: 'Charging'}, 'NotifyDisplayMessages')).items.map(m => m.id), [6]);
        w.equal('O04 none', (await w.ask('GetDisplayMessages', {requestId: 11, id: [77]})).status, 'Unknown');
        w.equal('O01 the device model counts them', (await value(w, variable('DisplayMessageCtrlr', 'DisplayMessages')))?.attributeValue, '3');
        await w.pile.stop();
        await w.startPile(w.url);
        w.check('O01 kept over a restart', await until(async () => (await seen()).includes('Before')));
    },

    async limits(w) {
        await w.start();
        await w.accepted();
        const schedule = (limit, more = {}) => ({id: 1, startSchedule: new Date().toISOString(), chargingRateUnit: 'W', chargingSchedulePeriod: [{startPeriod: 0, limit}], ...more});
        const profile = (id, limit, more = {}) => ({id, stackLevel: id, chargingProfilePurpose: 'TxDefaultProfile', chargingProfileKind: 'Absolute', chargingSchedule: [schedule(limit)], ...more});
        const set = (evseId, chargingProfile) => w.ask('SetChargingProfile', {evseId, chargingProfile});
        const power = async () => (await w.sim('bay', {occupied: false})).evses[0].power_w;
        await w.sim('plug', {vehicle: CAR});
        w.equal('K05 a remote start with a limit', (await w.ask('RequestStartTransaction', start(1, 'CAR-1', {chargingProfile: {...profile(1, 20000), chargingProfilePurpose: 'TxProfile', chargingProfileKind: 'Relative', chargingSchedule: [schedule(20000, {startSchedule: undefined})]}}))).status, 'Accepted');
        const id = (await w.next('TransactionEvent', p => p.eventType === 'Started'))?.transactionInfo.transactionId;
        w.check('K05 is followed', await until(async () => await power() === 20000), await power());
        w.equal('K05 only a TxProfile', (await w.ask('RequestStartTransaction', start(2, 'CAR-2', {chargingProfile: profile(2, 1)}))).status, 'Rejected');
        w.equal('K01 the station\'s limit', (await set(0, profile(2, 11000, {chargingProfilePurpose: 'ChargingStationMaxProfile'}))).status, 'Accepted');
        w.check('K01 is followed and told', await until(async () => await power() === 11000) && await w.next('TransactionEvent', p => p.triggerReason === 'ChargingRateChanged'));
        w.equal('K08 the composite schedule', (await w.ask('GetCompositeSchedule', {duration: 600, evseId: 1})).schedule?.chargingSchedulePeriod, [{startPeriod: 0, limit: 11000}]);
        w.equal('K08 of an unknown EVSE', (await w.ask('GetCompositeSchedule', {duration: 600, evseId: 9})).status, 'Rejected');
        w.equal('K08 in amperes', (await w.ask('GetCompositeSchedule', {duration: 600, evseId: 1, chargingRateUnit: 'A'})).status, 'Rejected');
        w.equal('K01 0 W', (await set(0, profile(2, 0, {chargingProfilePurpose: 'ChargingStationMaxProfile'}))).status, 'Accepted');
        w.check('K01 pauses: SuspendedEVSE', await w.next('TransactionEvent', p => p.transactionInfo.chargingState === 'SuspendedEVSE'));
        w.equal('K10 cleared', (await w.ask('ClearChargingProfile', {chargingProfileCriteria: {chargingProfilePurpose: 'ChargingStationMaxProfile'}})).status, 'Accepted');
        w.check('K10 it goes on', await until(() => w.events(id).at(-1).transactionInfo.chargingState === 'Charging'));
        for (const [name, evse, bad] of [
            ['an unknown EVSE', 9, profile(5, 1)], ['a TxProfile without its transaction', 1, profile(5, 1, {chargingProfilePurpose: 'TxProfile'})],
            ['of an unknown transaction', 1, profile(5, 1, {chargingProfilePurpose: 'TxProfile', transactionId: 'nobody'})], ['a level too high', 1, profile(50, 1)],
            ['in amperes', 1, profile(5, 1, {chargingSchedule: [schedule(16, {chargingRateUnit: 'A'})]})], ['that does not begin at 0', 1, profile(5, 1, {chargingSchedule: [schedule(1, {chargingSchedulePeriod: [{startPeriod: 5, limit: 1}]})]})],
            ['of somebody else\'s purpose', 0, profile(5, 1, {chargingProfilePurpose: 'ChargingStationExternalConstraints'})],
            ['with 25 periods', 1, profile(5, 1, {chargingSchedule: [schedule(1, {chargingSchedulePeriod: Array.from({length: 25}, (_, i) => ({startPeriod: i, limit: 1}))})]})]])
            w.equal(`K01 ${name}`, (await set(evse, bad)).status, 'Rejected');
        await set(1, profile(6, 30000));
        w.equal('K09 profiles are told', (await report(w, 'GetChargingProfiles', {requestId: 1, chargingProfile: {chargingProfileId: [6]}}, 'ReportChargingProfiles')).items.map(p => p.id), [6]);
        w.equal('K09 none', (await w.ask('GetChargingProfiles', {requestId: 2, chargingProfile: {chargingProfileId: [99]}})).status, 'NoProfiles');
        w.equal('K10 unknown', (await w.ask('ClearChargingProfile', {chargingProfileId: 99})).status, 'Unknown');
        await w.ask('RequestStopTransaction', {transactionId: id});
        await until(() => w.events(id).some(e => e.eventType === 'Ended'));
        w.equal('K01 the TxProfile ends with its transaction', (await w.ask('GetChargingProfiles', {requestId: 3, chargingProfile: {chargingProfilePurpose: 'TxProfile'}})).status, 'NoProfiles');
        w.checkSequence(id);
    },

    // Block D and C13: who may charge while the line is cut.
    async localList(w) {
        await w.start();
        await w.accepted();
        const CAR1 = token('AABBCCDDEEFF', 'MacAddress'), CAR2 = token('112233445566', 'MacAddress');
        const send = (versionNumber, updateType, list) => w.ask('SendLocalList', {versionNumber, updateType, ...(list && {localAuthorizationList: list})});
        const version = async () => (await w.ask('GetLocalListVersion', {})).versionNumber;
        w.equal('D02 no list yet', await version(), 0);
        w.equal('D01 a full list', (await send(3, 'Full', [{idToken: CAR1, idTokenInfo: {status: 'Accepted'}}, {idToken: CAR2, idTokenInfo: {status: 'Blocked'}}])).status, 'Accepted');
        w.equal('D02 its version', await version(), 3);
        w.equal('D01 a differential that is too old', (await send(3, 'Differential', [{idToken: CAR2}])).status, 'VersionMismatch');
        w.equal('D01 a differential', (await send(4, 'Differential', [{idToken: CAR2}])).status, 'Accepted');
        w.equal('D01.FR.17 without idTokenInfo it removes', (await value(w, variable('LocalAuthListCtrlr', 'Entries')))?.attributeValue, '1');
        w.equal('D01.FR.11 more than ItemsPerMessage', (await send(5, 'Full', Array.from({length: 101}, (_, i) => ({idToken: token(`T${i}`), idTokenInfo: {status: 'Accepted'}})))).callError ?? 'Failed', 'OccurrenceConstraintViolation');
        w.equal('D01 the list is as it was', await version(), 4);
        w.equal('C11 the cache is cleared', (await w.ask('ClearCache', {})).status, 'Accepted');
        w.pile.child.kill('SIGKILL');
        await w.pile.ended;
        await w.startPile(w.url);
        await until(() => w.of('BootNotification').length >= 2);
        w.equal('D01.FR.10 kept over a restart', await until(version), 4);
        const list = [{idToken: CAR1, idTokenInfo: {status: 'Accepted'}}, {idToken: CAR2, idTokenInfo: {status: 'Blocked'}}, {idToken: token('OLD'), idTokenInfo: {status: 'Accepted', cacheExpiryDateTime: soon(-60)}}];
        w.equal('D01 a newer full list', (await send(6, 'Full', list)).status, 'Accepted');
        await w.set('SampledDataCtrlr', 'TxUpdatedInterval', 1);
        await w.sim('uplink', {up: false});
        await until(() => w.client.state === 3);
        const comes = async (id, id_type) => {
            const state = await w.sim('plug', {vehicle: {...CAR, id, id_type}});
            if (!state.evses[0].transaction) await w.sim('unplug');
            return !!state.evses[0].transaction;
        };
        w.equal('C13 blocked: nothing starts', await comes('112233445566', 'MacAddress'), false);
        w.equal('C13 unknown: nothing starts', await comes('998877665544', 'MacAddress'), false);
        w.equal('C13.FR.05 expired: nothing starts', await comes('OLD', 'Central'), false);
        w.equal('C13 the same text as another type: nothing starts', await comes('AABBCCDDEEFF', 'Central'), false);
        w.equal('C13.FR.02 accepted: it charges without the CSMS', await comes('aabbccddeeff', 'MacAddress'), true);
        await sleep(1500);
        await w.sim('unplug');
        w.equal('E04 nothing was sent', w.events().length, 0);
        await w.sim('uplink', {up: true});
        const ended = await w.next('TransactionEvent', p => p.eventType === 'Ended', 12000);
        const events = w.checkSequence(ended?.transactionInfo.transactionId);
        w.check('E04.FR.03 every event says offline', events.length >= 3 && events.every(e => e.offline === true), events);
        w.equal('C13 with the token of the list', events.find(e => e.idToken)?.idToken, {idToken: 'aabbccddeeff', type: 'MacAddress'});
        w.check('E04 the past is told with its own times', events.every(e => Date.parse(e.timestamp) < Date.now() - 100));
        w.equal('D01 an empty full list empties it', (await send(9, 'Full')).status, 'Accepted');
        w.equal('D02 then there is no list', await version(), 0);
    },

    // What many messages in a row do to each other, and payloads of the newer actions that are broken.
    async wireAbuse(w) {
        await w.start();
        await w.accepted();
        let n = 0;
        const code = async (name, action, payload, want) => {
            const id = `wire-${n++}`;
            w.equal(`4.3 ${name}: ${want}`, (await w.askRaw(id, JSON.stringify([2, id, action, payload])))?.[2], want);
        };
        const OC = 'OccurrenceConstraintViolation', TC = 'TypeConstraintViolation', PC = 'PropertyConstraintViolation';
        await code('ReserveNow for nobody', 'ReserveNow', {id: 1, expiryDateTime: soon(9)}, OC);
        await code('ReserveNow at no time', 'ReserveNow', {id: 1, expiryDateTime: 'soon', idToken: token('A')}, PC);
        await code('ReserveNow beyond 32 bits', 'ReserveNow', {id: 3e9, expiryDateTime: soon(9), idToken: token('A')}, PC);
        await code('CancelReservation of a text', 'CancelReservation', {reservationId: '7'}, TC);
        await code('SetVariableMonitoring of nothing', 'SetVariableMonitoring', {setMonitoringData: []}, OC);
        await code('ClearVariableMonitoring of a fraction', 'ClearVariableMonitoring', {id: [1.5]}, TC);
        await code('GetReport with an unknown criterion', 'GetReport', {requestId: 1, componentCriteria: ['Good']}, PC);
        await code('SetChargingProfile without periods', 'SetChargingProfile', {evseId: 1, chargingProfile: {id: 1, stackLevel: 0, chargingProfilePurpose: 'TxDefaultProfile', chargingProfileKind: 'Relative', chargingSchedule: [{id: 1, chargingRateUnit: 'W', chargingSchedulePeriod: []}]}}, OC);
        await code('SetDisplayMessage of 513 characters', 'SetDisplayMessage', {message: {id: 1, priority: 'InFront', message: {format: 'UTF8', content: 'x'.repeat(513)}}}, PC);
        await code('CostUpdated of a text', 'CostUpdated', {totalCost: '1', transactionId: 'x'}, TC);
        await code('SendLocalList with an empty list', 'SendLocalList', {versionNumber: 1, updateType: 'Full', localAuthorizationList: []}, OC);
        await code('DataTransfer of nobody', 'DataTransfer', {data: 1}, OC);
        await code('a component name of 51 characters', 'GetVariables', {getVariableData: [variable('x'.repeat(51), 'y')]}, PC);
        await code('null where a number must be', 'CancelReservation', {reservationId: null}, OC);
        const answers = await Promise.all(Array.from({length: 40}, (_, i) => w.ask('GetVariables', {getVariableData: [variable('TxCtrlr', i % 2 ? 'TxStartPoint' : 'Nothing')]})));
        w.check('4.1.1 forty calls one after the other are all answered', answers.every((a, i) => a.getVariableResult?.[0]?.attributeStatus === (i % 2 ? 'Accepted' : 'UnknownVariable')), answers.find(a => !a.getVariableResult));
        const racing = await Promise.all(Array.from({length: 8}, (_, i) => w.ask('ReserveNow', {id: i + 1, expiryDateTime: soon(60), idToken: token(`CAR-${i}`), evseId: 1})));
        w.equal('of eight who want one EVSE exactly one gets it', racing.map(r => r.status).sort().join(), `Accepted,${Array(7).fill('Occupied').join()}`);
        w.client._ws.send(Buffer.from([1, 2, 3]));
        await until(() => w.client.state === 3, 3000);
        w.check('a binary message closes the line; it comes back and still holds the reservation', await until(() => w.of('BootNotification').length >= 2, 15000) && await until(() => status(w) === 'Reserved'));
    },

    // --bay-feed: a detector on a pipe.
    async bayFeed(w) {
        const fifo = path.join(w.folder, 'bays');
        execFileSync('mkfifo', [fifo]);
        w.more = ['--bay-feed', fifo];
        w.evses = 2;
        await w.start();
        await w.accepted();
        const bay = (evse, name, wanted) => until(() => w.of('NotifyEvent').flatMap(c => c.params.eventData).filter(e => e.component.evse.id === evse && e.variable.name === name).at(-1)?.actualValue === wanted);
        appendFileSync(fifo, '2 occupied\n');
        w.check('a line of the detector becomes an event', await bay(2, 'Active', 'true'));
        appendFileSync(fifo, 'nonsense\n9 free\n2 free\n2 occupied\n1 occupied\n');
        w.check('bad lines do not stop it', await bay(1, 'Active', 'true'));
        w.equal('what lasts less than the debounce is not told', w.of('NotifyEvent').flatMap(c => c.params.eventData).filter(e => e.component.evse.id === 2 && e.variable.name === 'Active').map(e => e.actualValue).slice(-2), ['false', 'true']);
        appendFileSync(fifo, '1 broken\n');
        w.check('a broken sensor is a Problem', await bay(1, 'Problem', 'true'));
        w.equal('and nobody knows its bay', (await value(w, variable('BayOccupancySensor', 'Active', {evse: {id: 1}})))?.attributeStatus, 'Rejected');
        appendFileSync(fifo, '1 free\n');
        w.check('until it speaks again', await bay(1, 'Problem', 'false') && await bay(1, 'Active', 'false'));
    },
};
