// A strict OCPP 2.0.1 CSMS (npm ocpp-rpc, strictMode) against a rearcharge-pile that loses its uplink: local list, charging
// codes, vouchers, and what it tells afterwards.
//   strict-csms-offline.mjs --modules DIR --pile PROGRAM [SCENARIO...]
// Codes, vouchers and tokens are made here with Node's crypto, from protocol/README.md alone.
import {createHmac, generateKeyPairSync, randomUUID, sign, verify} from 'node:crypto';
import {checks, options, World} from './csms-world.mjs';
import {http, until} from './peer.mjs';

const SECRET = '0123456789abcdef0123456789abcdef';
const KEY = 'DEABCE11';
const CAR = {battery_wh: 1000, soc_percent: 60, max_power_w: 50000};
const LOCAL = ['--local-link', '127.0.0.1:0'];
const DAMM = ['0317598642', '7092154863', '4206871359', '1750983426', '6123045978', '3674209581', '5869720134', '8945362017', '9438617205', '2581436790'];
const ENERGY = [1000, 2000, 5000, 10000, 15000, 20000, 30000, 40000, 60000, 100000];
const VIN = {idToken: 'WVWZZZ1JZXW000001', type: 'Central'};

// Section 8, written a third time.
function code({secret = SECRET, station = 'STRICT-1', evse = 1, slot = Math.floor(Date.now() / 360000), step = 2} = {}) {
    const numbers = Buffer.alloc(16);
    numbers.writeUInt32BE(evse, 0);
    numbers.writeBigUInt64BE(BigInt(slot), 4);
    numbers.writeUInt32BE(ENERGY[step], 12);
    const mac = createHmac('sha256', secret).update('rearcharge-offline-code-v1\0').update(`${station}\0`).update(numbers).digest().readBigUInt64BE() % 10000000000n;
    const digits = `${step}${String(slot % 10000).padStart(4, '0')}${String(mac).padStart(10, '0')}`;
    return digits + [...digits].reduce((interim, digit) => DAMM[interim][digit], 0);
}

const grouped = digits => digits.match(/.{4}/g).join('-');

// OCPP 2.1 C25.
function totp(secret, validity, length, atMs) {
    const alphabet = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ', interval = Buffer.alloc(8);
    interval.writeBigUInt64BE(BigInt(Math.floor(atMs / 1000 / validity)));
    const hash = createHmac('sha256', secret).update(interval).digest();
    return Array.from({length}, (_, i) => alphabet[hash[((hash[31] & 15) + i) % 32] % 62]).join('');
}

async function begin(w) {
    await w.start({more: LOCAL});
    await w.accepted();
    await link(w);
}

async function link(w) {
    w.local = (await w.pile.waitFor(/local link (http:\/\/\S+)/))[1];
}

const say = async (w, what, body) => (await http('POST', `${w.local}/local/v1/${what}`, {evse_key: KEY, ...body}));
const state = async w => (await http('GET', `${w.panel}/sim/state`)).json;

async function offline(w) {
    await w.sim('uplink', {up: false});
    await until(async () => !(await state(w)).connected);
}

// The pile dies without warning and comes back; nothing that it had said may be lost or said twice.
async function kill(w) {
    w.pile.child.kill('SIGKILL');
    await w.pile.ended;
    await w.startPile(w.url, ...LOCAL);
    await link(w);
}

async function upload(w, ended) {
    await w.sim('uplink', {up: true});
    await until(() => w.of('TransactionEvent', p => p.eventType === 'Ended').length >= ended, 20000);
    const last = w.of('TransactionEvent', p => p.eventType === 'Ended').at(-1)?.params;
    return last?.transactionInfo.transactionId;
}

const scenarios = {
    // D01, D02, C13: the list, and who is on it, is not on it, and is no longer on it.
    async list(w) {
        const entry = (idToken, status = 'Accepted', more = {}) => ({idToken: {idToken, type: 'Central'}, idTokenInfo: {status, ...more}});
        const send = (updateType, versionNumber, localAuthorizationList) => w.ask('SendLocalList', {updateType, versionNumber, ...(localAuthorizationList && {localAuthorizationList})});
        const version = async () => (await w.ask('GetLocalListVersion', {})).versionNumber;
        await begin(w);
        w.equal('D02.FR.03 no list is version 0', await version(), 0);
        w.equal('D01.FR.01 a full list', (await send('Full', 3, [entry(VIN.idToken), entry('OLD', 'Accepted', {cacheExpiryDateTime: '2026-01-02T00:00:00Z'}), entry('BAD', 'Blocked')])).status, 'Accepted');
        w.equal('D02 has the version that was sent', await version(), 3);
        w.equal('D01.FR.19 an old version', (await send('Differential', 3, [entry('X')])).status, 'VersionMismatch');
        w.equal('D01.FR.16 a differential update', (await send('Differential', 4, [entry('X'), {idToken: {idToken: 'X2', type: 'Central'}}])).status, 'Accepted');
        w.equal('D01.FR.11 more than ItemsPerMessage', (await send('Full', 5, Array.from({length: 101}, (_, i) => entry(`C${i}`)))).callError, 'OccurrenceConstraintViolation');
        w.equal('which changed nothing', await version(), 4);
        await kill(w);
        await until(() => w.of('BootNotification').length >= 2 && w.client?.state === 1);
        w.equal('D01.FR.10 the list survives a power cut', await until(async () => await version() === 4 && 4), 4);
        await offline(w);
        await w.sim('plug', {vehicle: CAR});
        w.equal('an id of nobody', (await say(w, 'identify', {id_token: 'NOBODY'})).json.code, 'unknown_id');
        w.equal('a blocked one', (await say(w, 'identify', {id_token: 'BAD'})).json.code, 'blocked');
        w.equal('one whose time is over', (await say(w, 'identify', {id_token: 'OLD'})).json.code, 'id_expired');
        const admitted = await say(w, 'identify', {id_token: VIN.idToken});
        w.equal('C13.FR.02 the listed one charges', [admitted.status, admitted.json.by, admitted.json.outcome], [200, 'list', 'admitted']);
        await until(async () => (await state(w)).evses[0].meter_wh > 0);
        await w.sim('unplug');
        const id = await upload(w, 1), events = w.checkSequence(id);
        w.equal('E12 every event says offline', events.every(e => e.offline === true), true);
        w.equal('E03 the token that was shown', events[0].idToken, VIN);
        w.equal('the transaction that the car was told', admitted.json.transaction_id, id);

        w.equal('D01.FR.17 the car is taken from the list', (await send('Differential', 5, [{idToken: VIN}])).status, 'Accepted');
        await w.ask('ClearCache', {});
        await offline(w);
        await w.sim('plug', {vehicle: CAR});
        w.equal('and not known any more', (await say(w, 'identify', {id_token: VIN.idToken})).json.code, 'unknown_id');
    },

    // Section 8: a code, made here, is accepted once; a power cut between the acceptance and everything after.
    async code(w) {
        await begin(w);
        await w.set('OfflineChargingCtrlr', 'CodeSecret', SECRET);
        const secret = await w.ask('GetVariables', {getVariableData: [{component: {name: 'OfflineChargingCtrlr'}, variable: {name: 'CodeSecret'}}]});
        w.equal('B06.FR.09 a write-only variable is not told', secret.getVariableResult?.[0]?.attributeStatus, 'Rejected');
        await offline(w);
        const good = code(), type = async text => (await say(w, 'code', {code: text, order_id: 'order-1'})).json.code;
        w.equal('without a cable', await type(good), 'no_cable');
        await w.sim('plug', {vehicle: {...CAR, battery_wh: 60000}});
        w.equal('a typing error', await type(good.slice(0, 15) + (Number(good[15]) + 1) % 10), 'bad_code');
        w.equal("another pile's", await type(code({station: 'STRICT-2'})), 'wrong_pile');
        w.equal('yesterday\'s', await type(code({slot: Math.floor(Date.now() / 360000) - 240})), 'expired');
        w.equal('another pile is meant', (await say(w, 'code', {evse_key: 'DEABCE19', code: good})).json.code, 'wrong_pile');
        const admitted = await say(w, 'code', {code: grouped(good), order_id: 'order-1'});
        w.equal('the right one', [admitted.status, admitted.json.energy_limit_wh], [200, 5000]);
        await kill(w);
        await offline(w);
        w.equal('after a power cut the same transaction charges', (await state(w)).evses[0].transaction?.id, admitted.json.transaction_id);
        w.equal('the same code again changes nothing', (await say(w, 'code', {code: good})).json.transaction_id, admitted.json.transaction_id);
        await until(async () => !(await state(w)).evses[0].transaction, 30000);
        w.equal('used', await type(good), 'order_ended');
        w.equal('used, without the order', (await say(w, 'code', {code: good})).json.code, 'used');
        const id = await upload(w, 1), events = w.checkSequence(id);
        w.equal('a KeyCode, as the server knows it', events[0].idToken, {idToken: good, type: 'KeyCode'});
        w.equal('the order that the car named', events[0].customData, {vendorId: 'org.rearcharge', orderId: 'order-1'});
        w.equal('it ended at the limit', events.at(-1).transactionInfo.stoppedReason, 'EnergyLimitReached');
        const register = events.at(-1).meterValue.flatMap(m => m.sampledValue).filter(s => s.measurand === 'Energy.Active.Import.Register').map(s => s.value);
        w.equal('to the Wh', Math.max(...register) - Math.min(...register), 5000);
        await w.sim('unplug');

        await offline(w);
        await w.sim('plug', {vehicle: CAR});
        const keypad = text => http('POST', `${w.panel}/sim/keypad`, {code: text});
        for (let i = 0; i < 5; i++) await keypad(code({station: 'STRICT-2', slot: Math.floor(Date.now() / 360000) - i}));
        w.equal('five wrong ones lock', (await keypad(code({slot: Math.floor(Date.now() / 360000) - 1}))).json.detail, 'locked');
        await kill(w);
        const locked = await say(w, 'code', {code: code({slot: Math.floor(Date.now() / 360000) - 1})});
        w.equal('over a power cut', [locked.status, locked.json.code], [423, 'locked']);
    },

    // Section 9.
    async voucher(w) {
        const server = generateKeyPairSync('ed25519'), car = generateKeyPairSync('ed25519');
        const raw = key => key.export({format: 'der', type: 'spki'}).subarray(-32);
        const now = Math.floor(Date.now() / 1000), id = randomUUID();
        const body = Buffer.alloc(69);
        body[0] = 1;
        Buffer.from(id.replaceAll('-', ''), 'hex').copy(body, 1);
        raw(car.publicKey).copy(body, 17);
        body.writeBigUInt64BE(BigInt(now), 49);
        body.writeBigUInt64BE(BigInt(now + 86400), 57);
        body.writeUInt32BE(2000, 65);
        const voucher = Buffer.concat([body, sign(null, Buffer.concat([Buffer.from('rearcharge-voucher-v1\0'), body]), server.privateKey)]).toString('base64url');
        const question = challenge => Buffer.concat([Buffer.from('rearcharge-voucher-answer-v1\0'), Buffer.from(challenge, 'base64url'), Buffer.from(`STRICT-1\0${KEY}\0${id}\0`)]);
        await begin(w);
        await w.set('OfflineChargingCtrlr', 'VoucherKeys', raw(server.publicKey).toString('base64url'));
        await offline(w);
        await w.sim('plug', {vehicle: {...CAR, battery_wh: 60000}});
        w.equal('an altered voucher', (await say(w, 'voucher', {voucher: (voucher[0] === 'A' ? 'B' : 'A') + voucher.slice(1)})).json.code, 'bad_voucher');
        const asked = (await say(w, 'voucher', {voucher})).json;
        w.equal('the challenge names pile and EVSE', [asked.identity, asked.evse_key, asked.voucher_id], ['STRICT-1', KEY, id]);
        const answer = sign(null, question(asked.challenge), car.privateKey).toString('base64url');
        w.equal('a copied voucher without the key', (await say(w, 'voucher/answer', {voucher_id: id, answer: sign(null, question(asked.challenge), server.privateKey).toString('base64url')})).json.code, 'bad_answer');
        w.equal('a challenge has one answer', (await say(w, 'voucher/answer', {voucher_id: id, answer})).json.code, 'no_challenge');
        const again = (await say(w, 'voucher', {voucher})).json;
        const admitted = await say(w, 'voucher/answer', {voucher_id: id, answer: sign(null, question(again.challenge), car.privateKey).toString('base64url')});
        w.equal('its car', [admitted.status, admitted.json.energy_limit_wh], [200, 2000]);
        await until(async () => !(await state(w)).evses[0].transaction, 20000);
        await kill(w);
        await offline(w);
        w.equal('used once', (await say(w, 'voucher', {voucher})).json.code, 'used');
        const transaction = await upload(w, 1), events = w.checkSequence(transaction);
        w.equal('the token is its id', events[0].idToken, {idToken: id, type: 'Central'});
        w.equal('the whole voucher', events[0].customData?.voucher, voucher);
        w.check('and the proof that its car was there', verify(null, question(events[0].customData?.challenge ?? ''), car.publicKey, Buffer.from(events[0].customData?.answer ?? '', 'base64url')));
    },

    // C15: the CSMS refuses afterwards whom the pile has let charge.
    async refusedLater(w) {
        await begin(w);
        await w.set('AuthCtrlr', 'OfflineTxForUnknownIdEnabled', true);
        await offline(w);
        await w.sim('plug', {vehicle: {...CAR, battery_wh: 60000}});
        w.equal('C15.FR.01 an unknown id charges', (await say(w, 'identify', {id_token: 'STRANGER'})).json.by, 'unknown');
        w.answers.TransactionEvent = p => p.idToken ? {idTokenInfo: {status: 'Invalid'}} : {};
        const id = await upload(w, 1), events = w.checkSequence(id);
        w.equal('C15.FR.04 and is stopped', events.at(-1).transactionInfo.stoppedReason, 'DeAuthorized');
        w.equal('E12.FR.02 what happens after the reconnect is not offline', events.at(-1).offline ?? false, false);
    },

    // Section 1, OCPP 2.1 C25: the code on the display changes with the interval.
    async dynamicCode(w) {
        await begin(w);
        const secret = 'secure!Charging!', validity = 6, length = 12;
        await w.set('WebPaymentsCtrlr', 'SharedSecret', secret);
        await w.set('WebPaymentsCtrlr', 'ValidityTime', validity);
        await w.set('WebPaymentsCtrlr', 'Length', length);
        w.check('the code is static until it is enabled', !(await state(w)).evses[0].qr_valid_until);
        await w.set('WebPaymentsCtrlr', 'Enabled', true);
        const shown = [];
        for (let i = 0; i < 2; i++) {
            const {qr, qr_valid_until: until} = (await state(w)).evses[0];
            shown.push(qr);
            w.equal('the token of this interval', qr.split('/').at(-1), totp(secret, validity, length, Date.parse(until) - 1));
            await new Promise(resolve => setTimeout(resolve, Date.parse(until) - Date.now() + 100));
        }
        w.check('the next interval shows another', shown[0] !== shown[1], shown);
    },
};

const speeds = {list: 60, code: 600, voucher: 600};
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
checks.finish(options.files.length ? 1 : 60);
