// rearcharge-server with strict stations (npm ocpp-rpc, strictMode) and cars: what strict-station.mjs plays with.
import {execFileSync} from 'node:child_process';
import {randomUUID} from 'node:crypto';
import {rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {Checks, http, loadPackage, parseOptions, Program, Schemas, SUBPROTOCOL, temporaryFolder, until, WireRules} from './peer.mjs';

export const options = parseOptions(process.argv.slice(2));
const require = loadPackage(options.modules);
const {RPCClient, createRPCError} = require('ocpp-rpc');
const schemas = new Schemas(require);
export const checks = new Checks();
export {createRPCError};

// The server, its register and its operator.
export class Server {
    constructor() {
        this.folder = temporaryFolder();
        this.db = path.join(this.folder, 'state.db');
        writeFileSync(path.join(this.folder, 'operator'), 'operator-token-of-this-test\n', {mode: 0o600});
        this.admin('tariff', 'set', 'day', '--currency', 'EUR', '--energy', '0.49', '--time', '0', '--flat', '0.50');
        this.nStations = 0;
    }

    admin(...argv) {
        return execFileSync(options.server, [...argv, '--state', this.db], {encoding: 'utf8'});
    }

    addVehicle() {
        return this.admin('vehicle', 'add', `car-${randomUUID().slice(0, 8)}`).split(/\s+/)[1];
    }

    // Returns {identity, password, evseId}.
    addStation() {
        const identity = `STRICT-${++this.nStations}`;
        const evseId = `DE*ABC*E${1000 + this.nStations}*1`;
        const output = this.admin('station', 'add', identity, '--name', 'Bay', '--operator', 'ABC Energy', '--evse', evseId, '--latitude', '52.5', '--longitude', '13.4', '--tariff', 'day');
        return {identity, password: output.split(/\s+/)[1], evseId};
    }

    async start() {
        this.program = new Program([options.server, 'serve', '--state', this.db, '--listen', '127.0.0.1:0', '--operator-token-file', path.join(this.folder, 'operator')]);
        this.port = Number((await this.program.waitFor(/127\.0\.0\.1:(\d+)/))[1]);
        this.url = `http://127.0.0.1:${this.port}`;
    }

    async stop() {
        checks.equal('the server ends cleanly on SIGTERM', await this.program.stop(), 0);
        rmSync(this.folder, {recursive: true});
    }
}

export class Station {
    constructor(server, scenario, account = server.addStation()) {
        Object.assign(this, {server, scenario, ...account});
        this.asked = [];
        this.raw = [];
        this.strict = [];
        this.answers = {};
        this.wire = new WireRules(schemas);
    }

    check(what, ok, detail) {
        return checks.check(`${this.scenario}: ${what}`, ok, detail);
    }

    equal(what, have, want) {
        return checks.equal(`${this.scenario}: ${what}`, have, want);
    }

    // Resolves to 101, or the HTTP status that refused it.
    async connect(more = {}) {
        this.client = new RPCClient({endpoint: `ws://127.0.0.1:${this.server.port}/ocpp`, identity: this.identity, password: this.password,
            protocols: [SUBPROTOCOL], strictMode: true, reconnect: false, callTimeoutMs: 8000, ...more});
        this.client.on('message', ({message, outbound}) => {
            if (outbound) return this.wire.sent(String(message));
            this.raw.push(String(message));
            this.wire.received(String(message));
        });
        this.client.on('strictValidationFailure', failure => this.strict.push(`${failure.method}: ${failure.error.message}`));
        this.client.on('close', ({code}) => { this.closeCode = code; });
        this.client.handle(({method, params, messageId}) => {
            this.asked.push({method, params, id: messageId});
            if (this.answers[method]) return this.answers[method](params);
            if (method.startsWith('Request')) return {status: 'Accepted'};
            throw createRPCError('NotSupported', method);
        });
        this.wire.connected();
        this.closeCode = undefined;
        try {
            await this.client.connect();
            return 101;
        } catch (error) {
            return error.code ?? String(error);
        }
    }

    async ask(method, params) {
        try {
            return await this.client.call(method, params);
        } catch (error) {
            return error.rpcErrorCode ? {callError: error.rpcErrorCode, description: error.message} : {failure: String(error)};
        }
    }

    async askRaw(id, text) {
        const before = this.raw.length;
        this.client.sendRaw(text);
        return until(() => this.raw.slice(before).map(t => JSON.parse(t)).find(frame => frame[0] !== 2 && frame[1] === id), 4000);
    }

    async boot() {
        const answer = await this.ask('BootNotification', {chargingStation: {model: 'Strict', vendorName: 'Test'}, reason: 'PowerUp'});
        await this.ask('StatusNotification', {timestamp: new Date().toISOString(), connectorStatus: 'Available', evseId: 1, connectorId: 1});
        return answer;
    }

    async ready() {
        this.equal('a registered station with its password gets in', await this.connect(), 101);
        return this.boot();
    }

    next(method, wanted = () => true) {
        return until(() => this.asked.find(call => call.method === method && wanted(call.params))?.params);
    }

    // TransactionEvent; at second @at of the test's transaction.
    event(transaction, seqNo, eventType, triggerReason, wh, more = {}, info = {}) {
        const timestamp = new Date(transaction.begin + seqNo * 60000).toISOString();
        return this.ask('TransactionEvent', {
            eventType, timestamp, triggerReason, seqNo, evse: {id: 1, connectorId: 1},
            transactionInfo: {transactionId: transaction.id, ...info},
            ...(wh !== undefined && {meterValue: [{timestamp, sampledValue: [
                {value: wh, measurand: 'Energy.Active.Import.Register', context: eventType === 'Started' ? 'Transaction.Begin' : eventType === 'Ended' ? 'Transaction.End' : 'Sample.Periodic'}]}]}),
            ...more,
        });
    }

    async finish() {
        if (this.client.state === 1) await this.client.close();
        this.wire.report(checks, this.scenario);
        this.equal('nothing that ocpp-rpc in strict mode refuses', this.strict, []);
    }
}

export class Car {
    constructor(server) {
        this.server = server;
        this.headers = {authorization: `Bearer ${server.addVehicle()}`};
    }

    async scan(station) {
        return (await http('POST', `${this.server.url}/v1/scans`, {qr_evse_id: station.evseId}, this.headers)).json;
    }

    async order(station, limits = {}) {
        const scan = await this.scan(station);
        const ref = randomUUID();
        const answer = await http('POST', `${this.server.url}/v1/orders`, {client_ref: ref, scan_ref: scan.scan_ref, limits: {max_cost_minor: 5000, currency: 'EUR', ...limits}}, {...this.headers, 'idempotency-key': ref});
        if (answer.status !== 201) station.check('the order is taken', false, answer.text);
        return answer.json?.order_id;
    }

    async orderAnswer(station) {
        const scan = await this.scan(station);
        const ref = randomUUID();
        return http('POST', `${this.server.url}/v1/orders`, {client_ref: ref, scan_ref: scan.scan_ref, limits: {max_cost_minor: 5000, currency: 'EUR'}}, {...this.headers, 'idempotency-key': ref});
    }

    // Charging points around the stations of this test, flat.
    async find(wishes) {
        const {json} = await http('GET', `${this.server.url}/v1/locations?latitude=52.5&longitude=13.4&radius_m=100&limit=200&${wishes}`, undefined, this.headers);
        return json.locations.flatMap(location => location.evses);
    }

    reserve(station, seconds = 600) {
        const ref = randomUUID();
        const body = {client_ref: ref, evse_key: station.evseId.replaceAll('*', ''), until: new Date(Date.now() + seconds * 1000).toISOString()};
        return http('POST', `${this.server.url}/v1/reservations`, body, {...this.headers, 'idempotency-key': ref});
    }

    unreserve({reservation_id: id}) {
        return http('DELETE', `${this.server.url}/v1/reservations/${id}`, undefined, this.headers);
    }

    async untilReservation({reservation_id: id}, state) {
        const get = async () => (await http('GET', `${this.server.url}/v1/reservations/${id}`, undefined, this.headers)).json;
        await until(async () => (await get()).state === state);
        return get();
    }

    async get(orderId) {
        return (await http('GET', `${this.server.url}/v1/orders/${orderId}`, undefined, this.headers)).json;
    }

    // The order once it is in @state, or as it is when that does not happen.
    async until(orderId, state) {
        await until(async () => (await this.get(orderId)).state === state);
        return this.get(orderId);
    }
}
