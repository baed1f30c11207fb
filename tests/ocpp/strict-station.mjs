// A strict OCPP 2.0.1 station (npm ocpp-rpc, strictMode) against rearcharge-server.
//   strict-station.mjs --modules DIR --server PROGRAM [SCENARIO...]
// Cars are played over REST (protocol/README.md, 2). Checks are named after the rules of the specification
// (part 2; numbers without letter: OCPP-J, part 4).
import {randomBytes, randomUUID} from 'node:crypto';
import {connect} from 'node:net';
import {http, sleep, SUBPROTOCOL, until} from './peer.mjs';
import {Car, checks, createRPCError, options, Server, Station} from './station-world.mjs';

// The answer to a WebSocket handshake as bytes, and whether the server closes by itself.
function handshake(server, account, protocols, target = `/ocpp/${account.identity}`) {
    return new Promise(resolve => {
        const socket = connect(server.port, '127.0.0.1');
        let text = '';
        const late = setTimeout(() => socket.destroy(), 4000);
        socket.on('data', data => {
            text += data.toString('latin1');
        });
        socket.on('close', () => {
            clearTimeout(late);
            resolve({status: Number(text.split(' ')[1]), head: text.split('\r\n\r\n')[0], rest: text.split('\r\n\r\n').slice(1).join('')});
        });
        socket.on('end', () => socket.end());
        const credential = Buffer.from(`${account.identity}:${account.password}`).toString('base64');
        socket.write(`GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n` +
            `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nAuthorization: Basic ${credential}\r\n${protocols ? `Sec-WebSocket-Protocol: ${protocols}\r\n` : ''}\r\n`);
    });
}

const newTransaction = () => ({id: randomUUID(), begin: Date.now()});

const scenarios = {
    async door(server) {
        const s = new Station(server, 'door');
        s.equal('wrong password: 401, never 101', await s.connect({password: 'wrong'}), 401);
        s.equal('no password: 401', await s.connect({password: null}), 401);
        const stranger = new Station(server, 'door', {identity: 'NOBODY', password: 'x'});
        s.equal('unknown identity: 404', await stranger.connect(), 404);
        const other = server.addStation();
        s.equal('the password of another station: 401', await s.connect({password: other.password}), 401);
        const plain = await http('GET', `${server.url}/ocpp/${s.identity}`, undefined, {authorization: `Basic ${Buffer.from(`${s.identity}:${s.password}`).toString('base64')}`});
        s.check('plain GET of the station door: 4xx', plain.status >= 400 && plain.status < 500, plain.status);
        for (const [name, protocols] of [['none offered', ''], ['only ocpp1.6', 'ocpp1.6']]) {
            const answer = await handshake(server, s, protocols);
            s.check(`3.2 no fitting subprotocol (${name}): 101 without the header, then closed`, answer.status === 101 && !/sec-websocket-protocol/i.test(answer.head) && answer.rest.charCodeAt(0) === 0x88, answer.head);
        }
        s.equal('3.2 the fitting one of several is chosen', await s.connect({protocols: ['ocpp1.6', SUBPROTOCOL], strictMode: [SUBPROTOCOL]}), 101);
        s.equal('3.2 chosen', s.client.protocol, SUBPROTOCOL);
        s.check('table 2: permessage-deflate', s.client._ws.extensions.includes('permessage-deflate'), s.client._ws.extensions);
        await s.boot();
        const twin = new Station(server, 'door', s);
        const refused = await twin.connect();
        s.check('a second connection does not displace a live one', refused !== 101 && (await s.ask('Heartbeat', {})).currentTime !== undefined, refused);
        await s.finish();
        const again = new Station(server, 'door', s);
        s.equal('after the first has gone it gets in', await again.connect(), 101);
        await again.boot();
        await again.finish();
        const guesser = new Station(server, 'door');
        const statuses = [];
        for (let i = 0; i < 8; i++) statuses.push(await guesser.connect({password: `guess-${i}`}));
        s.check('guessing is slowed down: 429, never 101', statuses[0] === 401 && statuses.at(-1) === 429 && !statuses.includes(101), statuses);
    },

    async boot(server) {
        const s = new Station(server, 'boot');
        await s.connect();
        s.equal('B02, B03 before an accepted BootNotification: SecurityError', (await s.ask('Heartbeat', {})).callError, 'SecurityError');
        const answer = await s.boot();
        s.equal('B01.FR.02 accepted', answer.status, 'Accepted');
        s.check('B01 currentTime is now, interval is usable', Math.abs(Date.parse(answer.currentTime) - Date.now()) < 5000 && answer.interval > 0, answer);
        s.check('G02 Heartbeat gives the time', Math.abs(Date.parse((await s.ask('Heartbeat', {})).currentTime) - Date.now()) < 5000);
        const now = new Date().toISOString();
        s.equal('G01 StatusNotification', await s.ask('StatusNotification', {timestamp: now, connectorStatus: 'Occupied', evseId: 1, connectorId: 1}), {});
        const bay = value => ({generatedAt: now, seqNo: 0, eventData: [{eventId: 1, timestamp: now, trigger: 'Delta', actualValue: value, eventNotificationType: 'HardWiredNotification', component: {name: 'BayOccupancySensor', evse: {id: 1}}, variable: {name: 'Active'}}]});
        s.equal('N07 NotifyEvent', await s.ask('NotifyEvent', bay('true')), {});
        await s.ask('StatusNotification', {timestamp: new Date().toISOString(), connectorStatus: 'Available', evseId: 1, connectorId: 1});
        const car = new Car(server);
        s.equal('the bay sensor reaches the car: a car without cable is in the way', (await car.scan(s)).bay, 'occupied_not_plugged');
        await s.ask('NotifyEvent', bay('false'));
        s.equal('and the free bay', (await car.scan(s)).bay, 'free');
        s.check('C01 Authorize of an unknown token is answered, not Accepted', !['Accepted', undefined].includes((await s.ask('Authorize', {idToken: {idToken: 'nobody', type: 'ISO14443'}})).idTokenInfo?.status));
        s.equal('B07 NotifyReport', await s.ask('NotifyReport', {requestId: 1, generatedAt: now, seqNo: 0, reportData: [{component: {name: 'X'}, variable: {name: 'Y'}, variableAttribute: [{value: '1'}]}]}), {});
        s.equal('J01 MeterValues', await s.ask('MeterValues', {evseId: 1, meterValue: [{timestamp: now, sampledValue: [{value: 1.5, unitOfMeasure: {unit: 'kWh'}}]}]}), {});
        s.equal('P02 DataTransfer of an unknown vendor', (await s.ask('DataTransfer', {vendorId: 'com.example'})).status, 'UnknownVendorId');
        s.equal('A04 SecurityEventNotification', await s.ask('SecurityEventNotification', {type: 'StartupOfTheDevice', timestamp: now}), {});
        await s.finish();
        const again = new Station(server, 'boot', s);
        await again.connect();
        s.check('an accepted station that only reconnects needs no BootNotification', (await again.ask('Heartbeat', {})).currentTime);
        await again.finish();
    },

    async charge(server) {
        const s = new Station(server, 'charge');
        await s.ready();
        const car = new Car(server);
        const orderId = await car.order(s);
        const request = await s.next('RequestStartTransaction');
        s.check('F01.FR.01 RequestStartTransaction with a remoteStartId', Number.isInteger(request?.remoteStartId), request);
        s.equal('F01 it names the EVSE', request?.evseId, 1);
        s.equal('the driver\'s limits are in customData', [request?.customData?.vendorId, request?.customData?.orderId, request?.customData?.maxCostMinor, request?.customData?.currency], ['org.rearcharge', orderId, 5000, 'EUR']);
        s.equal('the order is accepted', (await car.until(orderId, 'accepted')).state, 'accepted');
        const t = newTransaction();
        const info = {remoteStartId: request.remoteStartId, chargingState: 'EVConnected'};
        const started = await s.event(t, 0, 'Started', 'RemoteStart', 1000, {idToken: request.idToken}, info);
        s.equal('E01.FR.11 the idToken is answered with idTokenInfo Accepted', started.idTokenInfo?.status, 'Accepted');
        s.equal('the order charges', (await car.until(orderId, 'charging')).state, 'charging');
        const first = await s.event(t, 1, 'Updated', 'MeterValuePeriodic', 3000, {}, {chargingState: 'Charging'});
        s.check('without idToken there is no idTokenInfo', first.callError === undefined && first.idTokenInfo === undefined, first);
        s.equal('energy so far', (await car.get(orderId)).energy_wh, 2000);
        s.equal('E01 the same event again is accepted', (await s.event(t, 1, 'Updated', 'MeterValuePeriodic', 3000, {}, {chargingState: 'Charging'})).callError, undefined);
        s.equal('and counts once', (await car.get(orderId)).energy_wh, 2000);
        const ended = await s.event(t, 3, 'Ended', 'EVCommunicationLost', 11000, {}, {stoppedReason: 'EVDisconnected', chargingState: 'Idle'});
        s.equal('E01 Ended before the Updated that is missing is accepted', ended.callError, undefined);
        await sleep(300);
        s.check('1.3.2 but nothing is settled while seqNo 2 is missing', (await car.get(orderId)).state !== 'settled', (await car.get(orderId)).state);
        await s.event(t, 2, 'Updated', 'MeterValuePeriodic', 7000, {offline: true}, {chargingState: 'Charging'});
        const settled = await car.until(orderId, 'settled');
        s.equal('settled: 10 kWh at 0.49 and 0.50 to start', [settled.state, settled.receipt?.energy_wh, settled.receipt?.total_minor], ['settled', 10000, 540]);
        const late = await s.event(t, 3, 'Ended', 'EVCommunicationLost', 11000, {}, {stoppedReason: 'EVDisconnected', chargingState: 'Idle'});
        s.equal('I06 the repeated Ended tells the total cost', late.totalCost, 5.4);

        // Another station must not touch this transaction.
        const thief = new Station(server, 'charge (another station)');
        await thief.ready();
        const stolen = await thief.event(t, 4, 'Updated', 'MeterValuePeriodic', 999999, {}, {chargingState: 'Charging'});
        s.equal('the transaction of another station: SecurityError', stolen.callError, 'SecurityError');
        s.equal('and nothing changes', (await car.get(orderId)).receipt?.total_minor, 540);
        await thief.finish();

        // A pile may send before it answered, and values in kWh.
        const second = await car.order(s);
        const again = await until(() => s.asked.filter(c => c.method === 'RequestStartTransaction')[1]?.params);
        s.check('F01 each request has its own remoteStartId', again?.remoteStartId !== request.remoteStartId);
        const u = newTransaction();
        const at = new Date(u.begin).toISOString();
        await s.ask('TransactionEvent', {eventType: 'Started', timestamp: at, triggerReason: 'RemoteStart', seqNo: 0, transactionInfo: {transactionId: u.id, remoteStartId: again.remoteStartId}, idToken: again.idToken,
            evse: {id: 1}, meterValue: [{timestamp: at, sampledValue: [{value: 12.5, unitOfMeasure: {unit: 'kWh'}}]}]});
        await s.event(u, 1, 'Updated', 'MeterValuePeriodic', 14500);
        s.equal('kWh and Wh are told apart', (await car.get(second)).energy_wh, 2000);
        await s.event(u, 2, 'Ended', 'RemoteStop', 14500, {}, {stoppedReason: 'Remote'});
        await car.until(second, 'settled');
        await s.finish();
    },

    async limits(server) {
        const s = new Station(server, 'limits');
        await s.ready();
        const car = new Car(server);
        const orderId = await car.order(s, {max_cost_minor: 300});
        const request = await s.next('RequestStartTransaction');
        const t = newTransaction();
        await s.event(t, 0, 'Started', 'RemoteStart', 0, {idToken: request?.idToken}, {remoteStartId: request?.remoteStartId, chargingState: 'Charging'});
        await s.event(t, 1, 'Updated', 'MeterValuePeriodic', 4000, {}, {chargingState: 'Charging'});
        await sleep(200);
        s.equal('below the maximum cost nothing is stopped', s.asked.filter(c => c.method === 'RequestStopTransaction').length, 0);
        await s.event(t, 2, 'Updated', 'MeterValuePeriodic', 6000, {}, {chargingState: 'Charging'});
        const stop = await s.next('RequestStopTransaction');
        s.equal('F03.FR.01 above it RequestStopTransaction', stop?.transactionId, t.id);
        await s.event(t, 3, 'Ended', 'RemoteStop', 6100, {}, {stoppedReason: 'Remote'});
        const order = await car.until(orderId, 'settled');
        s.equal('what ran over the maximum is never charged', [order.receipt?.sum_minor, order.receipt?.waived_minor, order.receipt?.total_minor, order.reason], [349, 49, 300, 'max_cost']);

        // The pile refuses, or does not answer usefully.
        s.answers.RequestStartTransaction = () => ({status: 'Rejected', statusInfo: {reasonCode: 'Faulted'}});
        const rejected = await car.until(await car.order(s), 'rejected');
        s.equal('F01.FR.07 a rejected start rejects the order', [rejected.state, rejected.reason], ['rejected', 'pile_rejected']);
        s.answers.RequestStartTransaction = () => { throw createRPCError('NotSupported', 'no remote start here'); };
        s.equal('a CALLERROR rejects the order', (await car.until(await car.order(s), 'rejected')).state, 'rejected');
        delete s.answers.RequestStartTransaction;

        // The driver stops.
        const third = await car.order(s);
        const wish = await until(() => s.asked.filter(c => c.method === 'RequestStartTransaction')[3]?.params);
        const v = newTransaction();
        await s.event(v, 0, 'Started', 'RemoteStart', 6100, {idToken: wish?.idToken}, {remoteStartId: wish?.remoteStartId});
        await http('POST', `${server.url}/v1/orders/${third}/stop`, undefined, car.headers);
        s.check('F03 the driver\'s stop reaches the pile', await s.next('RequestStopTransaction', p => p.transactionId === v.id));
        await s.event(v, 1, 'Ended', 'RemoteStop', 6100, {}, {stoppedReason: 'Remote'});
        s.equal('and is the reason', (await car.until(third, 'settled')).reason, 'by_driver');

        // A transaction that nobody ordered.
        const w = newTransaction();
        const stray = await s.event(w, 0, 'Started', 'Authorized', 0, {idToken: {idToken: 'stray', type: 'ISO14443'}});
        s.check('E05 an unknown token: idTokenInfo is not Accepted', !['Accepted', undefined].includes(stray.idTokenInfo?.status), stray);
        await s.event(w, 1, 'Ended', 'Deauthorized', 0, {}, {stoppedReason: 'DeAuthorized'});
        await s.finish();
    },

    async abuse(server) {
        const s = new Station(server, 'abuse');
        await s.ready();
        let n = 0;
        const now = new Date().toISOString();
        const code = async (name, action, payload, want) => {
            const id = `abuse-${n++}`;
            s.equal(`4.3 ${name}: ${want}`, (await s.askRaw(id, JSON.stringify([2, id, action, payload])))?.[2], want);
        };
        const status = {timestamp: now, connectorStatus: 'Available', evseId: 1, connectorId: 1};
        const event = {eventType: 'Started', timestamp: now, triggerReason: 'RemoteStart', seqNo: 0, transactionInfo: {transactionId: 'abuse'}};
        await code('unknown action', 'StartTransaction', {}, 'NotImplemented');
        await code('an action of the CSMS', 'RequestStartTransaction', {}, 'NotSupported');
        await code('known, not served', 'NotifyEVChargingNeeds', {}, 'NotSupported');
        await code('missing field', 'StatusNotification', {...status, evseId: undefined}, 'OccurrenceConstraintViolation');
        await code('null for a required field', 'StatusNotification', {...status, evseId: null}, 'OccurrenceConstraintViolation');
        await code('wrong type', 'StatusNotification', {...status, evseId: '1'}, 'TypeConstraintViolation');
        await code('unknown word', 'StatusNotification', {...status, connectorStatus: 'Charging'}, 'PropertyConstraintViolation');
        await code('no time', 'StatusNotification', {...status, timestamp: 'yesterday'}, 'PropertyConstraintViolation');
        await code('missing transactionInfo', 'TransactionEvent', {...event, transactionInfo: undefined}, 'OccurrenceConstraintViolation');
        await code('transaction id too long', 'TransactionEvent', {...event, transactionInfo: {transactionId: 'x'.repeat(37)}}, 'PropertyConstraintViolation');
        await code('negative seqNo', 'TransactionEvent', {...event, seqNo: -1}, 'PropertyConstraintViolation');
        await code('empty meterValue', 'TransactionEvent', {...event, meterValue: []}, 'OccurrenceConstraintViolation');
        await code('meter value as text', 'TransactionEvent', {...event, meterValue: [{timestamp: now, sampledValue: [{value: '5'}]}]}, 'TypeConstraintViolation');
        await code('model too long', 'BootNotification', {chargingStation: {model: 'x'.repeat(21), vendorName: 'x'}, reason: 'PowerUp'}, 'PropertyConstraintViolation');
        await code('payload that is a list', 'Heartbeat', [], 'FormatViolation');
        s.equal('4.2.3 not JSON: RpcFrameworkError under "-1"', (await s.askRaw('-1', 'hello'))?.[2], 'RpcFrameworkError');
        s.equal('4.2.3 id as number: under "-1"', (await s.askRaw('-1', '[2,7,"Heartbeat",{}]'))?.[2], 'RpcFrameworkError');
        s.equal('4.1.3 message type 5', (await s.askRaw('t5', '[5,"t5",{}]'))?.[2], 'MessageTypeNotSupported');
        s.equal('a key twice', (await s.askRaw('dup', '[2,"dup","Heartbeat",{"x":1,"x":2}]'))?.[2], 'FormatViolation');
        s.equal('nested 50,000 deep', (await s.askRaw('deep', `[2,"deep","Heartbeat",{"x":${'['.repeat(50000)}${']'.repeat(50000)}}]`))?.[2], 'FormatViolation');
        s.equal('unknown fields are ignored', (await s.askRaw('more', '[2,"more","Heartbeat",{"later":"version"}]'))?.[0], 3);
        const before = s.raw.length;
        for (const text of ['[3,"nobody",{}]', '[4,"nobody","GenericError","",{}]', '[3,"broken"]', '[4]']) s.client.sendRaw(text);
        s.check('it still answers afterwards', (await s.ask('Heartbeat', {})).currentTime);
        s.equal('answers that nobody asked for are not answered', s.raw.length - before, 1);
        for (const [name, send, want] of [
            ['a binary message', ws => ws.send(Buffer.from('[]')), 1003],
            ['text that is not UTF-8', ws => ws.send(Buffer.from([0x5b, 0xff, 0x5d]), {binary: false}), 1007],
            ['a message of 1 MiB', ws => ws.send('['.repeat(1 << 20)), 1009],
            ['100 MiB of nothing, compressed', ws => ws.send(Buffer.alloc(100 << 20, 0x20), {binary: false, compress: true}), 1009],
            ['an unmasked frame', ws => ws._socket.write(Buffer.from([0x81, 2, 0x5b, 0x5d])), 1002],
        ]) {
            send(s.client._ws);
            await until(() => s.closeCode !== undefined);
            s.equal(`${name}: close ${want}`, s.closeCode, want);
            await until(async () => await s.connect() === 101);
        }
        s.check('and it works again', (await s.ask('Heartbeat', {})).currentTime);
        s.equal('the server has not crashed', server.program.exit, null);
        await s.finish();
    },
    async bays(server) {
        const s = new Station(server, 'bays');
        const car = new Car(server);
        const bay = (value, at = new Date()) => s.ask('NotifyEvent', {generatedAt: at.toISOString(), seqNo: 0, eventData: [{eventId: 1, timestamp: at.toISOString(),
            trigger: 'Delta', actualValue: value, eventNotificationType: 'HardWiredNotification', component: {name: 'BayOccupancySensor', evse: {id: 1}}, variable: {name: 'Active'}}]});
        s.answers.GetVariables = ({getVariableData}) => ({getVariableResult: getVariableData.map(item => ({...item, attributeStatus: 'Accepted', attributeValue: 'true'}))});
        await s.ready();
        s.equal('a bay is unknown until its sensor has spoken', (await car.scan(s)).bay, 'unknown');
        await bay('false');
        s.equal('then it is free', (await car.scan(s)).bay, 'free');
        await bay('true', new Date(Date.now() - 3600e3));
        s.equal('N07 an event of an hour ago is no live state', (await car.scan(s)).bay, 'free');
        await bay('true');
        const found = await car.find('free_now=true');
        s.check('a bay in which something stands is not found free', !found.some(e => e.evse_id === s.evseId), found);
        s.equal('it is BLOCKED', (await car.find('')).find(e => e.evse_id === s.evseId)?.status, 'BLOCKED');
        s.equal('and cannot be reserved', (await car.reserve(s)).json?.code, 'evse_occupied');
        await s.client.close();
        s.check('a pile that is away says nothing about its bay', await until(async () => (await car.scan(s)).bay === 'unknown'));
        s.asked.length = 0;
        await s.connect();
        s.check('after a mere reconnect the server asks the sensor', await s.next('GetVariables', p => p.getVariableData[0].component.name === 'BayOccupancySensor' && p.getVariableData[0].component.evse.id === 1));
        s.check('and believes the answer', await until(async () => (await car.scan(s)).bay === 'occupied_not_plugged'));
        await s.finish();
    },

    async reservations(server) {
        const s = new Station(server, 'reservations');
        const [car, other] = [new Car(server), new Car(server)];
        s.answers.ReserveNow = () => ({status: 'Accepted'});
        s.answers.CancelReservation = () => ({status: 'Accepted'});
        await s.ready();
        const first = await car.reserve(s);
        s.equal('a reservation is taken', first.status, 201);
        const asked = await s.next('ReserveNow');
        s.check('H01 ReserveNow names the EVSE, a token and when it ends', asked?.evseId === 1 && asked.idToken.type === 'Central' && Math.abs(Date.parse(asked.expiryDateTime) - Date.now() - 600e3) < 10e3, asked);
        s.equal('held when the station has accepted', (await car.untilReservation(first.json, 'held')).state, 'held');
        await s.ask('StatusNotification', {timestamp: new Date().toISOString(), connectorStatus: 'Reserved', evseId: 1, connectorId: 1});
        s.equal('nobody else can reserve it', (await other.reserve(s)).json?.code, 'evse_reserved');
        s.equal('nor order there', (await other.orderAnswer(s)).json?.code, 'evse_reserved');
        const order = (await car.orderAnswer(s)).json?.order_id;
        const start = await s.next('RequestStartTransaction');
        s.equal('H03 its car starts with the token of the reservation', start?.idToken, asked.idToken);
        s.equal('the reservation is used', (await car.untilReservation(first.json, 'used')).order_id, order);
        const t = newTransaction();
        await s.event(t, 0, 'Started', 'RemoteStart', 1000, {reservationId: asked.id, idToken: start.idToken}, {remoteStartId: start.remoteStartId, chargingState: 'EVConnected'});
        await s.event(t, 1, 'Ended', 'RemoteStop', 2000, {}, {stoppedReason: 'Remote'});
        s.equal('H01.FR.15 reservationId in the transaction: settled as any other', (await car.until(order, 'settled')).state, 'settled');
        s.check('what the transaction used up is not cancelled', !s.asked.some(call => call.method === 'CancelReservation'));
        await s.ask('StatusNotification', {timestamp: new Date().toISOString(), connectorStatus: 'Available', evseId: 1, connectorId: 1});

        const second = await car.reserve(s);
        const again = await s.next('ReserveNow', p => p.id !== asked.id);
        s.check('a new reservation has a new id', again !== undefined);
        await car.untilReservation(second.json, 'held');
        s.equal('H02 the driver gives it back', (await car.unreserve(second.json)).json?.state, 'cancelled');
        s.equal('CancelReservation', (await s.next('CancelReservation'))?.reservationId, again.id);

        s.answers.ReserveNow = () => ({status: 'Occupied'});
        const third = await car.reserve(s);
        s.equal('H01.FR.11 a station that refuses', (await car.untilReservation(third.json, 'refused')).reason, 'pile_refused');
        s.answers.ReserveNow = () => { throw createRPCError('NotSupported', 'ReserveNow'); };
        const fourth = await car.reserve(s);
        s.equal('a station without the Reservation profile', (await car.untilReservation(fourth.json, 'refused')).state, 'refused');

        s.answers.ReserveNow = () => ({status: 'Accepted'});
        s.asked.length = 0;
        const fifth = await car.reserve(s);
        const number = (await s.next('ReserveNow')).id;
        await car.untilReservation(fifth.json, 'held');
        s.equal('ReservationStatusUpdate is answered', await s.ask('ReservationStatusUpdate', {reservationId: number, reservationUpdateStatus: 'Removed'}), {});
        s.equal('H01.FR.16 Removed cancels it', (await car.untilReservation(fifth.json, 'cancelled')).reason, 'pile_cancelled');
        s.equal('an unknown number is answered all the same', await s.ask('ReservationStatusUpdate', {reservationId: 4711, reservationUpdateStatus: 'Expired'}), {});

        const sixth = await car.reserve(s);
        await car.untilReservation(sixth.json, 'held');
        await s.ask('StatusNotification', {timestamp: new Date().toISOString(), connectorStatus: 'Faulted', evseId: 1, connectorId: 1});
        s.equal('H01.FR.16 a fault ends it', (await car.untilReservation(sixth.json, 'cancelled')).reason, 'pile_fault');
        await s.ask('StatusNotification', {timestamp: new Date().toISOString(), connectorStatus: 'Available', evseId: 1, connectorId: 1});

        s.answers.ReserveNow = () => new Promise(() => {}); // never answered
        s.asked.length = 0;
        const lost = await car.reserve(s);
        const lostNumber = (await s.next('ReserveNow')).id;
        await s.client.close({force: true}); // else it waits for its own answer
        await car.unreserve(lost.json);
        s.answers.ReserveNow = () => ({status: 'Accepted'});
        s.asked.length = 0;
        await s.connect();
        await s.boot();
        s.equal('an orphan is cleared when the station is back', (await s.next('CancelReservation'))?.reservationId, lostNumber);
        s.check('and never comes back', !s.asked.some(call => call.method === 'ReserveNow'));
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
checks.finish(options.files.length ? 1 : 145);
