// A strict OCPP 2.0.1 CSMS (npm ocpp-rpc, strictMode) against rearcharge-pile.
//   strict-csms.mjs --modules DIR --pile PROGRAM [SCENARIO...]
// The pile is driven through its loopback controls (protocol/README.md, 5). Checks are named after the rules of
// the specification (part 2; numbers without letter: OCPP-J, part 4).
import {execFileSync} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {checks, options, PASSWORD, require, World} from './csms-world.mjs';
import {sleep, SUBPROTOCOL, until} from './peer.mjs';
import {scenarios as deviceScenarios} from './strict-device.mjs';
import {scenarios as driverScenarios} from './strict-driver.mjs';

const start = (remoteStartId, more = {}) => ({evseId: 1, idToken: {idToken: `order-${remoteStartId}`, type: 'Central'}, remoteStartId, ...more});
const CAR = {battery_wh: 1000, soc_percent: 60, max_power_w: 50000};

const scenarios = {
    ...deviceScenarios,
    ...driverScenarios,

    async boot(w) {
        w.bootAnswers = [{status: 'Rejected', interval: 1}, {status: 'Pending', interval: 2}, {status: 'Pending', interval: 20}, {status: 'Accepted', interval: 1}];
        await w.start();
        const first = await until(() => w.calls[0]);
        w.equal('B01.FR.01 BootNotification comes first', first.method, 'BootNotification');
        w.equal('B01.FR.03 after power-up the reason is PowerUp', first.params.reason, 'PowerUp');
        w.check('3.1 offers the subprotocol', w.handshakes[0].protocols.has(SUBPROTOCOL), [...w.handshakes[0].protocols]);
        w.equal('3.1.1 the identity ends the URL', w.handshakes[0].request.url, '/ocpp/STRICT-1');
        w.equal('A00 Basic authentication with the identity and the whole password', w.handshakes[0].password?.toString('utf8'), PASSWORD);
        w.equal('B03 a rejected station answers requests with SecurityError', (await w.ask('GetVariables', {getVariableData: [{component: {name: 'OCPPCommCtrlr'}, variable: {name: 'HeartbeatInterval'}}]})).callError, 'SecurityError');
        const second = await until(() => w.calls[1]);
        w.equal('B03.FR.02 rejected: the next message is BootNotification', second.method, 'BootNotification');
        w.check('B03.FR.06 rejected: not before the interval', second.at - first.answered >= 990, second.at - first.answered);
        const got = await w.ask('GetVariables', {getVariableData: [{component: {name: 'OCPPCommCtrlr'}, variable: {name: 'HeartbeatInterval'}}]});
        w.equal('B02.FR.01 pending: GetVariables is answered', got.getVariableResult?.[0]?.attributeStatus, 'Accepted');
        w.equal('B02.FR.05 pending: RequestStartTransaction is rejected', (await w.ask('RequestStartTransaction', start(1))).status, 'Rejected');
        const third = await until(() => w.calls[2]);
        w.equal('B02.FR.02 pending: nothing but BootNotification is sent', third.method, 'BootNotification');
        w.check('B02.FR.07 pending: not before the interval', third.at - second.answered >= 1990, third.at - second.answered);
        w.equal('F06, B02 pending: TriggerMessage BootNotification is accepted', (await w.ask('TriggerMessage', {requestedMessage: 'BootNotification'})).status, 'Accepted');
        const fourth = await until(() => w.calls[3]);
        w.equal('F06 and sent at once, with reason Triggered', [fourth.method, fourth.params.reason, fourth.at - third.answered < 2000], ['BootNotification', 'Triggered', true]);
        await w.accepted();
        const beats = await until(() => w.of('Heartbeat').length >= 2 && w.of('Heartbeat'), 5000);
        w.check('B01.FR.04, G02 heartbeats come at the interval of the answer', beats && beats[1].at - beats[0].at > 500 && beats[1].at - beats[0].at < 2500, beats && beats[1].at - beats[0].at);
    },

    // A CSMS that does not speak OCPP 2.0.1, one that does not know the station, and a stranger's certificate.
    async door(w) {
        const {WebSocketServer} = require('ws');
        const {createServer} = await import('node:https');
        let texts = 0, refusals = 0, hellos = 0;
        const deaf = new WebSocketServer({port: 0, host: '127.0.0.1', handleProtocols: () => false});
        await new Promise(resolve => deaf.on('listening', resolve));
        deaf.on('connection', socket => { hellos++; socket.on('message', () => texts++); });
        await w.startPile(`ws://127.0.0.1:${deaf.address().port}/ocpp`);
        await until(() => hellos >= 2, 6000);
        w.equal('3.2 without a subprotocol no message is sent', texts, 0);
        w.check('and it tries again, not in a rush', hellos >= 1 && hellos <= 10, hellos);
        await w.pile.stop();
        deaf.close();

        const openssl = (...argv) => execFileSync('openssl', argv, {cwd: w.folder, stdio: 'ignore'});
        for (const name of ['ca', 'stranger']) openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', `${name}.key`, '-out', `${name}.pem`, '-days', '2', '-subj', `/CN=${name}`);
        writeFileSync(path.join(w.folder, 'san'), 'subjectAltName=IP:127.0.0.1');
        openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'csms.key', '-out', 'csms.csr', '-subj', '/CN=127.0.0.1');
        openssl('x509', '-req', '-in', 'csms.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'san', '-out', 'csms.pem');
        await w.start({listen: false});
        const https = createServer({key: readFileSync(path.join(w.folder, 'csms.key')), cert: readFileSync(path.join(w.folder, 'csms.pem'))});
        https.on('upgrade', w.server.handleUpgrade);
        https.on('tlsClientError', () => refusals++);
        await new Promise(resolve => https.listen(0, '127.0.0.1', resolve));
        const url = `wss://127.0.0.1:${https.address().port}/ocpp`;
        await w.startPile(url, '--ca', path.join(w.folder, 'stranger.pem'));
        await until(() => refusals > 0, 6000);
        w.check('TLS: a certificate of a foreign CA gets nothing, not even the password', refusals > 0 && w.handshakes.length === 0, [refusals, w.handshakes.length]);
        await w.pile.stop();
        await w.startPile(url, '--ca', path.join(w.folder, 'ca.pem'));
        await w.accepted();
        w.equal('profile 2: TLS and Basic authentication', w.handshakes[0]?.password?.toString('utf8'), PASSWORD);
        https.close();
    },

    // F02: remote start first, then the cable.
    async remoteThenPlug(w) {
        await w.start();
        await w.accepted();
        await w.set('SampledDataCtrlr', 'TxUpdatedInterval', 5);
        w.equal('F02.FR.01 the request is accepted', await w.ask('RequestStartTransaction', start(4711)), {status: 'Accepted'});
        const started = await w.next('TransactionEvent', p => p.eventType === 'Started');
        w.equal('F02.FR.21 Started has triggerReason RemoteStart', started?.triggerReason, 'RemoteStart');
        w.equal('F02.FR.01 Started carries the remoteStartId', started?.transactionInfo.remoteStartId, 4711);
        w.equal('F02 Started carries the idToken of the request', started?.idToken, {idToken: 'order-4711', type: 'Central'});
        w.equal('F02 Started names the EVSE', started?.evse?.id, 1);
        w.equal('F02.FR.26 a second start is rejected', (await w.ask('RequestStartTransaction', start(4712))).status, 'Rejected');
        const id = started?.transactionInfo.transactionId;
        await w.sim('plug', {vehicle: CAR});
        w.check('G01 the connector becomes Occupied', await w.next('StatusNotification', p => p.connectorStatus === 'Occupied'));
        w.check('E02 CablePluggedIn is told', await w.next('TransactionEvent', p => p.triggerReason === 'CablePluggedIn'));
        w.check('E02 Charging is told', await w.next('TransactionEvent', p => p.transactionInfo.chargingState === 'Charging' && p.triggerReason === 'ChargingStateChanged'));
        const sample = await w.next('TransactionEvent', p => p.triggerReason === 'MeterValuePeriodic');
        w.check('J02 periodic values have energy, power and state of charge',
            ['Energy.Active.Import.Register', 'Power.Active.Import', 'SoC'].every(m => sample?.meterValue?.some(v => v.sampledValue.some(s => s.measurand === m && s.context === 'Sample.Periodic'))), sample);
        w.check('E02 a full battery is SuspendedEV', await w.next('TransactionEvent', p => p.transactionInfo.chargingState === 'SuspendedEV', 15000));
        w.equal('E14.FR.01 GetTransactionStatus: going on', (await w.ask('GetTransactionStatus', {transactionId: id})).ongoingIndicator, true);
        w.equal('F05.FR.02 UnlockConnector during the transaction', (await w.ask('UnlockConnector', {evseId: 1, connectorId: 1})).status, 'OngoingAuthorizedTransaction');
        await w.sim('unplug');
        const ended = await w.next('TransactionEvent', p => p.eventType === 'Ended');
        w.equal('E06, E09 unplugged: stoppedReason EVDisconnected', ended?.transactionInfo.stoppedReason, 'EVDisconnected');
        w.equal('E09 unplugged: triggerReason EVCommunicationLost', ended?.triggerReason, 'EVCommunicationLost');
        w.check('E06.FR.11 Ended has the register at begin and end', ['Transaction.Begin', 'Transaction.End'].every(c => ended?.meterValue?.some(v => v.sampledValue.some(s => s.context === c))), ended?.meterValue);
        w.check('G01 the connector becomes Available', await until(() => w.of('StatusNotification').at(-1).params.connectorStatus === 'Available'));
        w.equal('E14.FR.02 GetTransactionStatus: over', await w.ask('GetTransactionStatus', {transactionId: id}), {ongoingIndicator: false, messagesInQueue: false});
        w.equal('E14.FR.06 GetTransactionStatus without id has no ongoingIndicator', await w.ask('GetTransactionStatus', {}), {messagesInQueue: false});
        const energy = w.checkSequence(id).at(-1).meterValue.flatMap(v => v.sampledValue).filter(s => s.measurand === 'Energy.Active.Import.Register').map(s => s.value);
        w.check('the energy is what the battery took (400 Wh)', Math.abs(Math.max(...energy) - Math.min(...energy) - 400) <= 40, energy);
    },

    // F01: the cable first, then remote start and stop.
    async plugThenRemote(w) {
        await w.start();
        await w.accepted();
        await w.sim('plug', {vehicle: {...CAR, battery_wh: 60000, soc_percent: 20}});
        await w.next('StatusNotification', p => p.connectorStatus === 'Occupied');
        w.equal('F01.FR.01 the request is accepted', (await w.ask('RequestStartTransaction', start(-7))).status, 'Accepted');
        const started = await w.next('TransactionEvent', p => p.eventType === 'Started');
        w.equal('F01.FR.25 Started: RemoteStart, its id (negative ones too)', [started?.triggerReason, started?.transactionInfo.remoteStartId], ['RemoteStart', -7]);
        await w.next('TransactionEvent', p => p.transactionInfo.chargingState === 'Charging');
        w.equal('F03.FR.08 stop of an unknown transaction is rejected', (await w.ask('RequestStopTransaction', {transactionId: 'nobody'})).status, 'Rejected');
        const id = started?.transactionInfo.transactionId;
        w.equal('F03.FR.07 stop is accepted', (await w.ask('RequestStopTransaction', {transactionId: id})).status, 'Accepted');
        const ended = await w.next('TransactionEvent', p => p.eventType === 'Ended');
        w.equal('F03.FR.02 Ended: triggerReason RemoteStop', ended?.triggerReason, 'RemoteStop');
        w.equal('F03.FR.03 Ended: stoppedReason Remote', ended?.transactionInfo.stoppedReason, 'Remote');
        w.checkSequence(id);
        w.equal('the connector stays Occupied while the cable is in', w.of('StatusNotification').at(-1).params.connectorStatus, 'Occupied');
        // The order's limits in customData (ours alone): energy.
        w.equal('customData of ours: accepted', (await w.ask('RequestStartTransaction', start(9, {customData: {vendorId: 'org.rearcharge', orderId: 'o-9', maxCostMinor: 5000, currency: 'EUR', maxEnergyWh: 100}}))).status, 'Accepted');
        const limited = await w.next('TransactionEvent', p => p.eventType === 'Ended' && p.transactionInfo.transactionId !== id, 15000);
        w.equal('the order\'s energy limit ends it: EnergyLimitReached', [limited?.triggerReason, limited?.transactionInfo.stoppedReason], ['EnergyLimitReached', 'EnergyLimitReached']);
        w.checkSequence(limited?.transactionInfo.transactionId);
        // The stop button.
        await w.ask('RequestStartTransaction', start(10, {customData: {vendorId: 'com.example', anything: [1]}}));
        const third = await until(() => w.events().find(e => e.transactionInfo.remoteStartId === 10));
        await w.sim('stop');
        const local = await w.next('TransactionEvent', p => p.eventType === 'Ended' && p.transactionInfo.transactionId === third?.transactionInfo.transactionId);
        w.equal('E07 stopped at the pile: StopAuthorized, Local', [local?.triggerReason, local?.transactionInfo.stoppedReason], ['StopAuthorized', 'Local']);
        // A token that the CSMS refuses after the start.
        w.answers.TransactionEvent = p => (p.idToken ? {idTokenInfo: {status: 'Blocked'}} : {});
        await w.ask('RequestStartTransaction', start(11));
        const refused = await until(() => w.events().find(e => e.eventType === 'Ended' && w.events(e.transactionInfo.transactionId)[0].transactionInfo.remoteStartId === 11));
        w.equal('E05.FR.10 a refused token ends it: Deauthorized, DeAuthorized', [refused?.triggerReason, refused?.transactionInfo.stoppedReason], ['Deauthorized', 'DeAuthorized']);
    },

    async nobodyPlugs(w) {
        await w.start();
        await w.accepted();
        await w.set('TxCtrlr', 'EVConnectionTimeOut', 1);
        await w.ask('RequestStartTransaction', start(5));
        const ended = await w.next('TransactionEvent', p => p.eventType === 'Ended');
        w.equal('F02.FR.07 no cable in time: EVConnectTimeout, Timeout', [ended?.triggerReason, ended?.transactionInfo.stoppedReason], ['EVConnectTimeout', 'Timeout']);
        w.checkSequence(ended?.transactionInfo.transactionId);
        w.equal('F02 the EVSE can be started again', (await w.ask('RequestStartTransaction', start(6))).status, 'Accepted');
        await until(() => w.events().find(e => e.transactionInfo.remoteStartId === 6));
        await w.sim('fault', {fault: true});
        const fault = await until(() => w.events().find(e => e.eventType === 'Ended' && w.events(e.transactionInfo.transactionId)[0].transactionInfo.remoteStartId === 6));
        w.equal('a fault ends it: AbnormalCondition', fault?.triggerReason, 'AbnormalCondition');
        w.check('G01 Faulted is told', await w.next('StatusNotification', p => p.connectorStatus === 'Faulted'));
        w.equal('F02.FR.25 a faulted EVSE rejects the start', (await w.ask('RequestStartTransaction', start(7))).status, 'Rejected');
        await w.sim('fault', {fault: false});
        await until(() => w.of('StatusNotification').at(-1).params.connectorStatus === 'Available');
        w.equal('G03 ChangeAvailability is accepted', (await w.ask('ChangeAvailability', {operationalStatus: 'Inoperative', evse: {id: 1}})).status, 'Accepted');
        w.check('G03 Unavailable is told', await w.next('StatusNotification', p => p.connectorStatus === 'Unavailable'));
        w.equal('F02.FR.24 an unavailable EVSE rejects the start', (await w.ask('RequestStartTransaction', start(8))).status, 'Rejected');
    },

    async reports(w) {
        w.evses = 2;
        await w.start();
        await w.accepted();
        const variable = (component, name) => ({component: {name: component}, variable: {name}});
        const got = await w.ask('GetVariables', {getVariableData: [variable('OCPPCommCtrlr', 'HeartbeatInterval'), variable('Nonsense', 'X'), variable('OCPPCommCtrlr', 'Nonsense'), {...variable('OCPPCommCtrlr', 'HeartbeatInterval'), attributeType: 'MaxSet'}]});
        w.equal('B06 GetVariables answers item by item', got.getVariableResult?.map(r => r.attributeStatus), ['Accepted', 'UnknownComponent', 'UnknownVariable', 'NotSupportedAttributeType']);
        const put = await w.ask('SetVariables', {setVariableData: [{...variable('OCPPCommCtrlr', 'HeartbeatInterval'), attributeValue: 'soon'}, {...variable('Nonsense', 'X'), attributeValue: '1'}, {...variable('OCPPCommCtrlr', 'HeartbeatInterval'), attributeValue: '77'}]});
        w.equal('B05 SetVariables answers item by item', put.setVariableResult?.map(r => r.attributeStatus), ['Rejected', 'UnknownComponent', 'Accepted']);
        const again = await w.ask('GetVariables', {getVariableData: [variable('OCPPCommCtrlr', 'HeartbeatInterval')]});
        w.equal('B05 what was set is read back', again.getVariableResult?.[0]?.attributeValue, '77');
        w.equal('B07 GetBaseReport is accepted', (await w.ask('GetBaseReport', {requestId: 31, reportBase: 'FullInventory'})).status, 'Accepted');
        const last = await w.next('NotifyReport', p => !p.tbc);
        const reports = w.of('NotifyReport').map(c => c.params);
        w.check('B07.FR.10 report: requestId, seqNo from 0, tbc on all but the last', last && reports.every((r, i) => r.requestId === 31 && r.seqNo === i && !!r.tbc === (i < reports.length - 1)), reports.map(r => [r.seqNo, r.tbc]));
        const names = reports.flatMap(r => r.reportData ?? []).map(d => `${d.component.name}.${d.variable.name}`);
        w.check('B07 the inventory names what the specification requires', ['OCPPCommCtrlr.HeartbeatInterval', 'TxCtrlr.EVConnectionTimeOut', 'SampledDataCtrlr.TxUpdatedInterval', 'AuthCtrlr.AuthorizeRemoteStart', 'DeviceDataCtrlr.ItemsPerMessage'].every(n => names.includes(n)), names);
        w.check('B07 a write-only value is not reported', reports.flatMap(r => r.reportData ?? []).every(d => d.variableAttribute.every(a => a.mutability !== 'WriteOnly' || a.value === undefined)));
        for (const message of ['Heartbeat', 'StatusNotification']) {
            const n = w.of(message).length;
            const answer = await w.ask('TriggerMessage', {requestedMessage: message, ...(message === 'StatusNotification' && {evse: {id: 2, connectorId: 1}})});
            w.equal(`F06 TriggerMessage ${message} is accepted`, answer.status, 'Accepted');
            w.check(`F06 ${message} follows`, await until(() => w.of(message).length > n));
        }
        w.equal('F06.FR.17 TriggerMessage BootNotification of an accepted station is rejected', (await w.ask('TriggerMessage', {requestedMessage: 'BootNotification'})).status, 'Rejected');
        w.equal('F06.FR.08 TriggerMessage that it cannot do', (await w.ask('TriggerMessage', {requestedMessage: 'SignV2GCertificate'})).status, 'NotImplemented');
        w.equal('F05 UnlockConnector of an unknown connector', (await w.ask('UnlockConnector', {evseId: 9, connectorId: 1})).status, 'UnknownConnector');
        await w.sim('bay', {evse: 2, occupied: true});
        const bay = await w.next('NotifyEvent', p => p.eventData.some(e => e.component.evse?.id === 2 && e.actualValue === 'true'));
        const event = bay?.eventData.find(e => e.component.evse?.id === 2);
        w.equal('N07 the bay sensor', event && [event.component.name, event.variable.name, event.trigger, event.eventNotificationType], ['BayOccupancySensor', 'Active', 'Delta', 'HardWiredNotification']);
    },

    async abuse(w) {
        await w.start();
        await w.accepted();
        let n = 0;
        const code = async (name, action, payload, want) => {
            const id = `abuse-${n++}`;
            w.equal(`4.3 ${name}: ${want}`, (await w.askRaw(id, JSON.stringify([2, id, action, payload])))?.[2], want);
        };
        await code('unknown action', 'StartTransaction', {}, 'NotImplemented');
        await code('known action that it does not serve', 'GetLog', {}, 'NotSupported');
        await code('an action that only the pile may send', 'BootNotification', {}, 'NotSupported');
        await code('missing field', 'RequestStartTransaction', {evseId: 1}, 'OccurrenceConstraintViolation');
        await code('empty list', 'GetVariables', {getVariableData: []}, 'OccurrenceConstraintViolation');
        await code('wrong type', 'RequestStopTransaction', {transactionId: 7}, 'TypeConstraintViolation');
        await code('too long', 'RequestStopTransaction', {transactionId: 'x'.repeat(37)}, 'PropertyConstraintViolation');
        await code('unknown word', 'Reset', {type: 'Soft'}, 'PropertyConstraintViolation');
        await code('payload that is a list', 'Reset', [], 'FormatViolation');
        await code('broken limits in customData', 'RequestStartTransaction', start(1, {customData: {vendorId: 'org.rearcharge', orderId: 'x', currency: 'EUR'}}), 'OccurrenceConstraintViolation');
        w.equal('4.2.3 not JSON: RpcFrameworkError under "-1"', (await w.askRaw('-1', 'hello'))?.[2], 'RpcFrameworkError');
        w.equal('4.2.3 id too long: under "-1"', (await w.askRaw('-1', JSON.stringify([2, 'x'.repeat(37), 'Reset', {}])))?.[2], 'RpcFrameworkError');
        w.equal('4.1.3 message type 5', (await w.askRaw('t5', '[5,"t5",{}]'))?.[2], 'MessageTypeNotSupported');
        w.equal('a key twice', (await w.askRaw('dup', '[2,"dup","Reset",{"type":"OnIdle","type":"Immediate"}]'))?.[2], 'FormatViolation');
        w.equal('nested 100,000 deep', (await w.askRaw('deep', `[2,"deep","Reset",{"x":${'['.repeat(50000)}${']'.repeat(50000)}}]`))?.[2], 'FormatViolation');
        const before = w.raw.length;
        w.client.sendRaw('[3,"nobody",{}]');
        w.client.sendRaw('[4,"nobody","GenericError","",{}]');
        w.client.sendRaw('[3,"broken"]');
        w.check('it still answers afterwards', (await w.ask('GetTransactionStatus', {})).messagesInQueue === false);
        w.equal('answers that nobody asked for are not answered', w.raw.slice(before).filter(t => !t.startsWith('[2,')).length, 1);
        for (const [name, send] of [['a binary message', ws => ws.send(Buffer.from([1, 2, 3]))], ['bad UTF-8', ws => ws.send(Buffer.from([0x22, 0xff, 0x22]), {binary: false})], ['a message of 2 MiB', ws => ws.send('['.repeat(2 << 20))]]) {
            const boots = w.handshakes.length;
            send(w.client._ws);
            w.check(`${name}: the connection is given up and made again, nothing crashes`, await until(() => w.handshakes.length > boots && w.client.state === 1, 10000) && w.pile.exit === null, w.pile.output.slice(-500));
        }
        await until(() => w.client.state === 1);
        w.check('and it works again', (await until(async () => (await w.ask('GetTransactionStatus', {})).messagesInQueue === false, 5000)));
    },

    // The power fails while charging, twice; what was told and what was not yet answered survives.
    async powerCut(w) {
        w.bootAnswers = [{}, {}, {}];
        await w.start();
        await w.accepted();
        await w.set('SampledDataCtrlr', 'TxUpdatedInterval', 2);
        await w.sim('plug', {vehicle: {...CAR, battery_wh: 60000, soc_percent: 10}});
        await w.ask('RequestStartTransaction', start(31));
        const started = await w.next('TransactionEvent', p => p.eventType === 'Started');
        const id = started?.transactionInfo.transactionId;
        for (const cut of [1, 2]) {
            const n = w.events(id).length;
            await until(() => w.events(id).length >= n + 3);
            w.pile.child.kill('SIGKILL');
            await w.pile.ended;
            const boots = w.of('BootNotification').length;
            await w.startPile(w.url);
            w.check(`cut ${cut}: it boots again`, await until(() => w.of('BootNotification').length > boots));
            w.equal(`cut ${cut}: B01 with reason PowerUp`, w.of('BootNotification').at(-1).params.reason, 'PowerUp');
            w.check(`cut ${cut}: the transaction goes on`, await until(() => w.events(id).length > n + 3), w.pile.output);
        }
        const stopped = await until(async () => {
            const answer = await w.ask('RequestStopTransaction', {transactionId: id});
            return answer.status && answer;
        });
        w.equal('F03 it can be stopped', stopped.status, 'Accepted');
        await w.next('TransactionEvent', p => p.eventType === 'Ended');
        w.checkSequence(id);
    },

    // E04, E12, E13: events made offline, a CSMS that does not answer, a connection that breaks.
    async offline(w) {
        await w.start();
        await w.accepted();
        await w.set('OCPPCommCtrlr', 'MessageTimeout', 1, 'Default');
        await w.sim('plug', {vehicle: {...CAR, battery_wh: 60000}});
        await w.ask('RequestStartTransaction', start(21));
        const started = await w.next('TransactionEvent', p => p.eventType === 'Started');
        const id = started?.transactionInfo.transactionId;
        await w.next('TransactionEvent', p => p.transactionInfo.chargingState === 'Charging');
        await until(() => w.wire.open === null);
        await w.sim('uplink', {up: false});
        await until(() => w.client.state === 3);
        await w.sim('unplug');
        await sleep(100);
        w.equal('nothing is sent while the line is cut', w.events(id).filter(e => e.eventType === 'Ended').length, 0);
        const boots = w.of('BootNotification').length;
        await w.sim('uplink', {up: true});
        const ended = await w.next('TransactionEvent', p => p.eventType === 'Ended', 12000);
        w.check('E04.FR.01 the event made offline arrives after the reconnect', ended);
        w.equal('E04.FR.03 it says offline', ended?.offline, true);
        w.check('E04.FR.03 events made online do not', w.events(id).filter(e => e.eventType !== 'Ended').every(e => !e.offline));
        w.checkSequence(id);
        w.check('the connection opens with BootNotification or goes on without', w.of('BootNotification').length - boots <= 1);

        // No answer: the same event comes again, as a new message.
        w.wire.timeoutMs = 900;
        w.silent.add('TransactionEvent');
        await until(() => w.wire.open === null);
        await w.ask('RequestStartTransaction', start(22));
        const twice = await until(() => w.of('TransactionEvent', p => p.transactionInfo.remoteStartId === 22).length >= 2 && w.of('TransactionEvent', p => p.transactionInfo.remoteStartId === 22), 20000);
        w.silent.delete('TransactionEvent');
        w.check('E13.FR.02 an unanswered event is sent again', !!twice, w.of('TransactionEvent').length);
        w.check('4.1.4 with a new message id', twice && twice[0].id !== twice[1].id);
        w.equal('E13 and the same content', twice?.[0].params, twice?.[1].params);
        await w.next('TransactionEvent', p => p.transactionInfo.remoteStartId === 22);

        const handshakes = w.handshakes.length;
        w.client._ws.terminate();
        w.check('it reconnects after a break', await until(() => w.handshakes.length > handshakes && w.client.state === 1, 10000));
        const running = w.of('TransactionEvent', p => p.transactionInfo.remoteStartId === 22)[0]?.params.transactionInfo.transactionId;
        w.check('and still has its transaction', await until(async () => (await w.ask('RequestStopTransaction', {transactionId: running})).status === 'Accepted', 8000));
        w.check('which ends', await until(() => w.events(running).some(e => e.eventType === 'Ended'), 15000));
        w.checkSequence(running);
    },
};

const speeds = {remoteThenPlug: 20, plugThenRemote: 20, powerCut: 20};
const wanted = options.files.length ? options.files : Object.keys(scenarios);
await Promise.all(wanted.map(async name => {
    const world = new World(name, {speed: speeds[name] ?? 1});
    try {
        await scenarios[name](world);
        await world.finish();
    } catch (error) {
        world.check('runs to its end', false, `${error.stack}\n${world.pile?.output.slice(-2000)}`);
        world.pile?.child.kill('SIGKILL');
    }
}));
checks.finish(options.files.length ? 1 : 520);
