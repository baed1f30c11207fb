// Scenarios of strict-csms.mjs: what drivers notice: reservations, screen, limits, local list, bays, and the wire abuse of
// the messages behind them. Checks are named after the rules of the specification (part 2; 4.x: part 4).
import {execFileSync} from 'node:child_process';
import {appendFileSync} from 'node:fs';
import path from 'node:path';
import {CAR, becomes, report, soon, start, status, token, value, variable} from './csms-words.mjs';
import {sleep, until} from './peer.mjs';

export const scenarios = {
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
        const back = Date.now();
        await w.sim('uplink', {up: true});
        const ended = await w.next('TransactionEvent', p => p.eventType === 'Ended', 12000);
        const events = w.checkSequence(ended?.transactionInfo.transactionId);
        w.check('E04.FR.03 every event says offline', events.length >= 3 && events.every(e => e.offline === true), events);
        w.equal('C13 with the token of the list', events.find(e => e.idToken)?.idToken, {idToken: 'aabbccddeeff', type: 'MacAddress'});
        w.check('E04 the past is told with its own times', events.every(e => Date.parse(e.timestamp) <= back));
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
