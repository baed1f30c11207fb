// A strict CSMS (npm ocpp-rpc, strictMode) with one rearcharge-pile: what strict-csms.mjs plays with.
import {rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {Checks, http, loadPackage, parseOptions, Program, Schemas, SUBPROTOCOL, temporaryFolder, until, WireRules} from './peer.mjs';

export const options = parseOptions(process.argv.slice(2));
export const require = loadPackage(options.modules);
const {RPCServer, createRPCError} = require('ocpp-rpc');
const schemas = new Schemas(require);
export const checks = new Checks();
export const PASSWORD = 'a password: with a colon, äöü';

// One CSMS with one pile.
export class World {
    constructor(name, {bootAnswers = [], speed = 1, evses = 1} = {}) {
        Object.assign(this, {name, bootAnswers, speed, evses});
        this.folder = temporaryFolder();
        this.calls = [];       // {method, params, id, at}: what the pile asked
        this.raw = [];         // texts from the pile
        this.strict = [];
        this.handshakes = [];
        this.wire = new WireRules(schemas);
        this.silent = new Set(); // methods that are not answered
        this.answers = {};
        this.password = PASSWORD; // that the CSMS wants
        this.more = [];           // further options of the pile
    }

    check(what, ok, detail) {
        return checks.check(`${this.name}: ${what}`, ok, detail);
    }

    equal(what, have, want) {
        return checks.equal(`${this.name}: ${what}`, have, want);
    }

    async start({listen = true, more = []} = {}) {
        this.server = new RPCServer({protocols: [SUBPROTOCOL], strictMode: true, callTimeoutMs: 8000});
        this.server.auth((accept, reject, handshake) => {
            this.handshakes.push(handshake);
            if (handshake.identity !== 'STRICT-1' || handshake.password?.toString('utf8') !== this.password) reject(401);
            else accept();
        });
        this.server.on('client', client => this.onClient(client));
        if (!listen) return;
        const listener = await this.server.listen(0, '127.0.0.1');
        this.url = `ws://127.0.0.1:${listener.address().port}/ocpp`;
        await this.startPile(this.url, ...more);
    }

    async startPile(url, ...more) {
        writeFileSync(path.join(this.folder, 'password'), `${PASSWORD}\n`, {mode: 0o600});
        this.pile = new Program([options.pile, '--csms', url, '--identity', 'STRICT-1',
            '--password-file', path.join(this.folder, 'password'), '--panel', '127.0.0.1:0', '--speed', String(this.speed),
            '--evses', String(this.evses), '--state', path.join(this.folder, 'pile.db'), ...this.more, ...more]);
        this.panel = (await this.pile.waitFor(/(http:\/\/127\.0\.0\.1:\d+)/))[1];
    }

    onClient(client) {
        this.client = client;
        this.wire.connected();
        client.on('message', ({message, outbound}) => {
            if (outbound) return this.wire.sent(String(message));
            this.raw.push(String(message));
            this.wire.received(String(message));
        });
        client.on('strictValidationFailure', failure => this.strict.push(`${failure.method}: ${failure.error.message}`));
        client.handle(async ({method, params, messageId}) => {
            const call = {method, params, id: messageId, at: Date.now()};
            this.calls.push(call);
            if (this.silent.has(method)) return new Promise(() => {});
            const answer = this.answer(method, params);
            call.answered = Date.now();
            return answer;
        });
    }

    answer(method, params) {
        const now = {currentTime: new Date().toISOString()};
        if (this.answers[method]) return this.answers[method](params);
        switch (method) {
        case 'BootNotification': return {...now, interval: 300, status: 'Accepted', ...this.bootAnswers.shift()};
        case 'Heartbeat': return now;
        case 'Authorize': return {idTokenInfo: {status: 'Accepted'}};
        case 'TransactionEvent': return params.idToken ? {idTokenInfo: {status: 'Accepted'}} : {};
        case 'StatusNotification': case 'NotifyEvent': case 'NotifyReport': case 'SecurityEventNotification': case 'MeterValues': case 'ReservationStatusUpdate':
        case 'NotifyMonitoringReport': case 'NotifyDisplayMessages': case 'ReportChargingProfiles': case 'LogStatusNotification': case 'FirmwareStatusNotification': return {};
        default: throw createRPCError('NotImplemented', method);
        }
    }

    // What the pile has sent of one kind, and waiting for the next of a kind.
    of(method, wanted = () => true) {
        return this.calls.filter(call => call.method === method && wanted(call.params));
    }

    async next(method, wanted = () => true, timeoutMs = 8000) {
        return until(() => this.of(method, wanted)[0]?.params, timeoutMs);
    }

    events(transactionId) {
        return this.of('TransactionEvent', p => transactionId === undefined || p.transactionInfo.transactionId === transactionId).map(c => c.params);
    }

    // The CALLERROR code, or the answer.
    async ask(method, params) {
        try {
            return await this.client.call(method, params);
        } catch (error) {
            return error.rpcErrorCode ? {callError: error.rpcErrorCode, description: error.message} : {failure: String(error)};
        }
    }

    // Past the tester's own strict checks. Resolves to the answering frame.
    async askRaw(id, text) {
        const before = this.raw.length;
        this.client.sendRaw(text);
        return until(() => this.raw.slice(before).map(t => JSON.parse(t)).find(frame => frame[0] !== 2 && frame[1] === id), 4000);
    }

    async set(component, variable, value, instance) {
        const answer = await this.ask('SetVariables', {setVariableData: [{attributeValue: String(value), component: {name: component}, variable: {name: variable, ...(instance && {instance})}}]});
        const ok = answer.setVariableResult?.[0]?.attributeStatus === 'Accepted';
        if (!ok) this.check(`SetVariables ${component}.${variable} = ${value}`, false, answer);
    }

    async sim(what, body = {}) {
        const answer = await http('POST', `${this.panel}/sim/${what}`, body);
        if (answer.status !== 200) this.check(`/sim/${what} ${JSON.stringify(body)}`, false, answer.text);
        return answer.json;
    }

    async accepted() {
        return this.check('the pile boots and tells the state of its connectors (B01.FR.05)', await until(() => this.of('StatusNotification').length >= this.evses), this.pile.output);
    }

    // The rules that hold for every transaction.
    checkSequence(transactionId) {
        const events = this.events(transactionId);
        const unique = new Map(events.map(e => [e.seqNo, e]));
        this.check('E01 a seqNo that comes again is the same event', events.every(e => JSON.stringify(e) === JSON.stringify(unique.get(e.seqNo))));
        const ordered = [...unique.values()];
        this.equal('E01.FR.07 seqNo counts from 0 without a gap, in order', ordered.map(e => e.seqNo), ordered.map((_, i) => i));
        this.check('E01 the first event is Started, the last Ended, the others Updated',
            ordered.every((e, i) => e.eventType === (i === 0 ? 'Started' : i === ordered.length - 1 ? 'Ended' : 'Updated')), ordered.map(e => e.eventType));
        this.check('timestamps never go back', ordered.every((e, i) => i === 0 || e.timestamp >= ordered[i - 1].timestamp), ordered.map(e => e.timestamp));
        const energy = ordered.flatMap(e => (e.meterValue ?? []).flatMap(m => m.sampledValue.filter(s => (s.measurand ?? 'Energy.Active.Import.Register') === 'Energy.Active.Import.Register').map(s => [m.timestamp, s.value])))
            .sort((a, b) => a[0].localeCompare(b[0]) || a[1] - b[1]).map(([, value]) => value);
        this.check('J02 the energy register never goes back', energy.every((v, i) => i === 0 || v >= energy[i - 1]), energy);
        this.check('E01 the idToken is in exactly one event', ordered.filter(e => e.idToken).length === 1, ordered.map(e => !!e.idToken));
        this.check('E06 stoppedReason only in Ended', ordered.every(e => e.eventType === 'Ended' || e.transactionInfo.stoppedReason === undefined));
        return ordered;
    }

    async finish() {
        const exit = await this.pile.stop();
        this.equal('ends cleanly on SIGTERM', exit, 0);
        this.wire.report(checks, this.name);
        this.equal('nothing that ocpp-rpc in strict mode refuses', this.strict, []);
        await this.server.close({force: true});
        rmSync(this.folder, {recursive: true});
    }
}
