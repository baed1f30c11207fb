// Our own two ends together: a car charges at rearcharge-pile through rearcharge-server, and both message logs
// (--ocpp-log) are held against the official schemas and the wire rules, each side for itself.
//   own-traffic.mjs --modules DIR --pile PROGRAM --server PROGRAM
import {execFileSync} from 'node:child_process';
import {randomUUID} from 'node:crypto';
import {readFileSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {Checks, http, loadPackage, parseOptions, Program, Schemas, temporaryFolder, until, WireRules} from './peer.mjs';

const options = parseOptions(process.argv.slice(2));
const schemas = new Schemas(loadPackage(options.modules));
const checks = new Checks();
const folder = temporaryFolder();
const file = name => path.join(folder, name);

const admin = (...argv) => execFileSync(options.server, [...argv, '--state', file('server.db')], {encoding: 'utf8'});
writeFileSync(file('operator'), 'operator-token-of-this-test\n', {mode: 0o600});
admin('tariff', 'set', 'day', '--currency', 'EUR', '--energy', '0.49', '--time', '0', '--flat', '0.50');
admin('station', 'add', 'PILE-1', '--name', 'Bay', '--operator', 'ABC Energy', '--evse', 'DE*ABC*E1*1', '--latitude', '52.5', '--longitude', '13.4', '--tariff', 'day', '--password-file', file('password'));
const authorization = `Bearer ${admin('vehicle', 'add', 'car-1').split(/\s+/)[1]}`;

const server = new Program([options.server, 'serve', '--state', file('server.db'), '--listen', '127.0.0.1:0', '--operator-token-file', file('operator'), '--ocpp-log', file('server.jsonl')]);
const url = (await server.waitFor(/http:\/\/127\.0\.0\.1:\d+/))[0];
const pile = new Program([options.pile, '--csms', `${url.replace('http', 'ws')}/ocpp`, '--identity', 'PILE-1', '--password-file', file('password'), '--panel', '127.0.0.1:0',
    '--speed', '100', '--state', file('pile.db'), '--ocpp-log', file('pile.jsonl')]);
const panel = (await pile.waitFor(/http:\/\/127\.0\.0\.1:\d+/))[0];

const sim = async (what, body) => checks.check(`/sim/${what}`, (await http('POST', `${panel}/sim/${what}`, body)).status === 200);
const post = async (where, body, headers = {}) => (await http('POST', `${url}/v1${where}`, body, {authorization, ...headers})).json;
const state = async id => (await http('GET', `${url}/v1/orders/${id}`, undefined, {authorization})).json?.state;
const order = async (limits = {}) => {
    const scan = await until(async () => {
        const answer = await post('/scans', {qr_evse_id: 'DE*ABC*E1*1'});
        return answer.reachable && answer;
    });
    const ref = randomUUID();
    return (await post('/orders', {client_ref: ref, scan_ref: scan.scan_ref, limits: {max_cost_minor: 5000, currency: 'EUR', ...limits}}, {'idempotency-key': ref})).order_id;
};
const reaches = async (name, id, wanted) => checks.check(`${name}: ${wanted}`, await until(async () => (await state(id)) === wanted, 12000), await state(id));

const car = {battery_wh: 2000, soc_percent: 50, max_power_w: 50000};
const first = await order();
await reaches('ordered', first, 'accepted');
await sim('bay', {occupied: true});
await sim('plug', {vehicle: car});
await reaches('plugged in', first, 'charging');
await sim('uplink', {up: false});
await until(async () => (await http('GET', `${panel}/sim/state`)).json?.evses[0].transaction?.charging_state === 'SuspendedEV');
await sim('unplug');
await sim('uplink', {up: true});
await reaches('unplugged while the line was cut', first, 'settled');
await sim('plug', {vehicle: {...car, battery_wh: 60000}});
const second = await order({max_energy_wh: 500});
await reaches('an order with an energy limit', second, 'settled');
const third = await order();
await reaches('a third order', third, 'charging');
await post(`/orders/${third}/stop`);
await reaches('stopped by the driver', third, 'settled');
await sim('unplug');
await sim('bay', {occupied: false});
const messages = name => readFileSync(file(`${name}.jsonl`), 'utf8').trim().split('\n').map(line => JSON.parse(line));
await until(() => { // the last words of the pile have their answers
    const frames = messages('pile').map(({text}) => JSON.parse(text));
    const bays = frames.filter(frame => frame[2] === 'NotifyEvent');
    return bays.at(-1)?.[3].eventData[0].actualValue === 'false' && bays.length >= 3 && frames.some(frame => frame[0] === 3 && frame[1] === bays.at(-1)[1]);
}, 1000);
checks.equal('the pile ends cleanly', await pile.stop(), 0);
checks.equal('the server ends cleanly', await server.stop(), 0);

// Each log shows both directions; "received" there is what the other program sent.
for (const [name, judged] of [['server', 'pile'], ['pile', 'server']]) {
    const wire = new WireRules(schemas);
    const counts = {}, errors = [];
    let open = 0;
    for (const {direction, text} of messages(name)) {
        const [type, , action] = JSON.parse(text);
        if (type === 2 && action === 'BootNotification' && open++ > 0) wire.connected(); // the line was cut: nothing waits any more
        if (direction === 'sent') wire.sent(text);
        else wire.received(text);
        if (type === 2) counts[action] = (counts[action] ?? 0) + 1;
        if (type === 4) errors.push(text);
    }
    console.log(`       log of the ${name}:`, JSON.stringify(counts));
    checks.equal(`log of the ${name}: no CALLERROR in either direction`, errors, []);
    wire.report(checks, `what the ${judged} sent, as the ${name} saw it`);
    checks.check(`log of the ${name}: all kinds of messages were there`, ['BootNotification', 'StatusNotification', 'NotifyEvent', 'TransactionEvent', 'RequestStartTransaction', 'RequestStopTransaction'].every(a => counts[a] > 0), counts);
}
rmSync(folder, {recursive: true});
checks.finish(20);
