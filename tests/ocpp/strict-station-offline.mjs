// A strict OCPP 2.0.1 station (npm ocpp-rpc, strictMode) that was away, against rearcharge-server.
//   strict-station-offline.mjs --modules DIR --server PROGRAM [SCENARIO...]
// Cars are played over REST (protocol/README.md, 2). Rules: OCPP 2.0.1 part 2.
import {randomUUID} from 'node:crypto';
import {http, sleep, until} from './peer.mjs';
import {Car, checks, options, Server, Station} from './station-world.mjs';

const newTransaction = () => ({id: randomUUID(), begin: Date.now() - 3600000});
const keyCode = digits => ({idToken: {type: 'KeyCode', idToken: digits}, offline: true});

const scenarios = {
    async code(server) {
        const s = new Station(server, 'code');
        server.admin('station', 'codes', s.identity, 'on');
        s.answers.SetVariables = ({setVariableData}) => ({setVariableResult: setVariableData.map(({component, variable}) => ({attributeStatus: 'Accepted', component, variable}))});
        await s.ready();
        const told = await s.next('SetVariables');
        s.check('the secret is set as a variable', told?.setVariableData?.some(v => v.component.name === 'OfflineChargingCtrlr' && v.variable.name === 'CodeSecret' && v.attributeValue.length >= 32), told);
        const car = new Car(server);
        s.check('while the pile answers no code is offered', !(await car.scan(s)).offline_code);
        await s.client.close();
        const scan = await until(async () => {
            const answer = await car.scan(s);
            return answer.reachable === false && answer.offline_code ? answer : undefined;
        });
        s.equal('a pile that is away is offered as a code', scan?.offline_code?.max_energy_wh, 100000);
        const ref = randomUUID();
        const body = {client_ref: ref, scan_ref: scan.scan_ref, limits: {max_cost_minor: 2000, currency: 'EUR'}};
        const headers = {...car.headers, 'idempotency-key': ref};
        const issued = await http('POST', `${server.url}/v1/offline-codes`, body, headers);
        s.equal('201 with a code', [issued.status, issued.json?.state], [201, 'code_issued']);
        const digits = issued.json?.offline_code?.digits;
        s.check('16 digits, for what 20.00 pays', /^[0-9]{16}$/.test(digits) && issued.json.offline_code.max_energy_wh === 30000, issued.text);
        const again = await http('POST', `${server.url}/v1/offline-codes`, body, headers);
        s.equal('asked again: the same code', [again.status, again.json?.offline_code?.digits], [200, digits]);

        await s.connect();
        await s.boot();
        const t = newTransaction();
        const started = await s.event(t, 0, 'Started', 'Authorized', 1000, keyCode(digits), {chargingState: 'Charging'});
        s.equal('E04 the code is accepted', started.idTokenInfo?.status, 'Accepted');
        s.equal('an hour ago is not now', (await car.get(issued.json.order_id)).state, 'code_issued');
        await s.event(t, 2, 'Ended', 'EVCommunicationLost', 9000, {offline: true}, {stoppedReason: 'EVDisconnected'});
        await s.event(t, 1, 'Updated', 'MeterValuePeriodic', 5000, {offline: true}, {chargingState: 'Charging'});
        const settled = await car.until(issued.json.order_id, 'settled');
        s.equal('events in any order settle the order that the code carries', [settled.receipt?.energy_wh, settled.receipt?.total_minor, settled.receipt?.missing_events], [8000, 442, undefined]);
        const twice = await s.event(newTransaction(), 0, 'Started', 'Authorized', 9000, keyCode(digits), {chargingState: 'Charging'});
        s.equal('used twice: ConcurrentTx', twice.idTokenInfo?.status, 'ConcurrentTx');
        const invented = await s.event(newTransaction(), 0, 'Started', 'Authorized', 9000, keyCode('1234567890123456'), {chargingState: 'Charging'});
        s.equal('invented: Invalid', invented.idTokenInfo?.status, 'Invalid');
        s.equal('nothing of it on the bill', (await car.get(issued.json.order_id)).receipt?.total_minor, 442);
        await s.finish();
    },

    async list(server) {
        const s = new Station(server, 'list');
        const car = `listed-${randomUUID().slice(0, 8)}`;
        server.admin('vehicle', 'add', car);
        const codes = [1, 2, 3].map(n => server.admin('code', 'add', car, `VIN-${n}`, '--station', s.identity).split(/\s+/)[1]);
        let version = 0;
        s.answers.GetVariables = ({getVariableData}) => ({getVariableResult: getVariableData.map(({component, variable}) => variable.name === 'ItemsPerMessage'
            ? {attributeStatus: 'Accepted', attributeValue: '2', component, variable} : {attributeStatus: 'UnknownVariable', component, variable})});
        s.answers.GetLocalListVersion = () => ({versionNumber: version});
        s.answers.SendLocalList = ({versionNumber}) => {
            version = versionNumber;
            return {status: 'Accepted'};
        };
        await s.ready();
        const lists = () => s.asked.filter(call => call.method === 'SendLocalList').map(call => call.params);
        await until(() => lists().length === 2);
        s.equal('D01.FR.11 ItemsPerMessage is kept', lists().map(l => l.localAuthorizationList.length), [2, 1]);
        s.equal('D01 Full first, then what is missing', lists().map(l => l.updateType), ['Full', 'Differential']);
        s.equal('each message has its own version', lists().map(l => l.versionNumber), [1, 2]);
        server.admin('code', 'block', codes[1]);
        await until(() => lists().length === 3);
        s.equal('a blocked car is told within seconds', lists()[2]?.localAuthorizationList?.map(e => [e.idToken.idToken, e.idTokenInfo.status]), [['vin-2', 'Blocked']]);
        server.admin('code', 'remove', codes[0]);
        await until(() => lists().length === 4);
        s.equal('D01.FR.17 a removed one goes without idTokenInfo', lists()[3]?.localAuthorizationList, [{idToken: {idToken: 'vin-1', type: 'Central'}}]);

        await s.client.close();
        version = 0; // the pile has lost its memory
        s.asked.length = 0;
        await s.connect();
        await s.boot();
        await until(() => lists().length === 1);
        s.equal('a list that is gone is sent whole, above the old version', [lists()[0]?.updateType, lists()[0]?.versionNumber], ['Full', 5]);

        const t = newTransaction();
        const known = await s.event(t, 0, 'Started', 'Authorized', 0, {idToken: {type: 'Central', idToken: 'VIN-3'}, offline: true}, {chargingState: 'Charging'});
        s.equal('C13 a listed vehicle is accepted', known.idTokenInfo?.status, 'Accepted');
        const blocked = await s.event(newTransaction(), 0, 'Started', 'Authorized', 0, {idToken: {type: 'Central', idToken: 'VIN-2'}, offline: true}, {chargingState: 'Charging'});
        s.equal('a blocked one is not', blocked.idTokenInfo?.status, 'Blocked');
        const stranger = await s.event(newTransaction(), 0, 'Started', 'Authorized', 0, {idToken: {type: 'Central', idToken: 'STRANGER'}, offline: true}, {chargingState: 'Charging'});
        s.equal('C15 an unknown one is Unknown', stranger.idTokenInfo?.status, 'Unknown');
        await s.finish();
    },

    async gap(server) {
        const s = new Station(server, 'gap');
        s.answers.GetTransactionStatus = () => ({messagesInQueue: false, ongoingIndicator: false});
        await s.ready();
        const car = new Car(server);
        const orderId = await car.order(s);
        const request = await s.next('RequestStartTransaction');
        const t = {id: randomUUID(), begin: Date.now()};
        await s.event(t, 0, 'Started', 'RemoteStart', 0, {idToken: request.idToken}, {remoteStartId: request.remoteStartId, chargingState: 'Charging'});
        await s.event(t, 4, 'Ended', 'EVCommunicationLost', 6000, {}, {stoppedReason: 'EVDisconnected'});
        await sleep(200);
        s.equal('1.3.2 nothing is settled while events are missing', (await car.get(orderId)).state, 'ended');
        const asked = await s.next('GetTransactionStatus');
        s.equal('E14 the pile is asked about that transaction', asked?.transactionId, t.id);
        const settled = await car.until(orderId, 'settled');
        s.equal('its word that it holds no more settles it, with the gap', [settled.receipt?.energy_wh, settled.receipt?.missing_events], [6000, 3]);
        for (const seqNo of [2, 1, 3]) await s.event(t, seqNo, 'Updated', 'MeterValuePeriodic', 1000 * seqNo, {offline: true}, {chargingState: 'Charging'});
        const corrected = await car.get(orderId);
        s.equal('late events correct it once', [corrected.receipt?.corrected, corrected.receipt?.missing_events], [true, undefined]);
        s.check('by another receipt', corrected.receipt?.receipt_id !== settled.receipt?.receipt_id);
        await s.finish();
    },
};

const server = new Server();
await server.start();
const wanted = options.files.length ? options.files : Object.keys(scenarios);
await Promise.all(wanted.map(async name => {
    try {
        await scenarios[name](server);
    } catch (error) {
        checks.check(`${name}: runs to its end`, false, error.stack);
    }
}));
await server.stop();
if (checks.failed.length) console.log(server.program.output.slice(-4000));
checks.finish(options.files.length ? 1 : 30);
