// What the OCPP tests share: the npm package with the official schemas, child processes, a list of checks,
// and an observer that holds the program under test to the rules of the wire.
import {spawn} from 'node:child_process';
import {createRequire} from 'node:module';
import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, renameSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';

export {sleep};
export const SUBPROTOCOL = 'ocpp2.0.1';
const PACKAGE = 'ocpp-rpc@2.2.1';

// --name value pairs; a name given twice becomes a list; the rest is `files`.
export function parseOptions(argv) {
    const options = {files: []};
    for (let i = 0; i < argv.length; i++) {
        if (argv[i].startsWith('--')) options[argv[i].slice(2)] = argv[++i];
        else options.files.push(argv[i]);
    }
    return options;
}

// The package is fetched once into the build folder (the project ships no copy of the OCA's schemas); later
// runs need no network. Two tests may come here at once: each installs aside, the first rename wins.
export function loadPackage(folder) {
    if (!existsSync(path.join(folder, 'node_modules'))) {
        const aside = `${folder}.${process.pid}`;
        mkdirSync(aside, {recursive: true});
        execFileSync('npm', ['install', '--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', aside, PACKAGE],
            {stdio: ['ignore', 'ignore', 'inherit']});
        try {
            renameSync(aside, folder);
        } catch (error) {
            rmSync(aside, {recursive: true});
            if (!existsSync(path.join(folder, 'node_modules'))) throw error;
        }
    }
    return createRequire(path.join(path.resolve(folder), 'node_modules', 'x.js'));
}

export class Schemas {
    constructor(require) {
        const Ajv = require('ajv');
        this.ajv = new Ajv({strictSchema: false, allErrors: true});
        require('ajv-formats')(this.ajv);
        this.ajv.addSchema(require('ocpp-rpc/lib/schemas/ocpp2_0_1.json'));
    }

    // '' or what is wrong with the payload.
    complaint(action, isAnswer, payload) {
        const validate = this.ajv.getSchema(`urn:${action}.${isAnswer ? 'conf' : 'req'}`);
        if (!validate) return `OCPP 2.0.1 has no ${action}`;
        return validate(payload) ? '' : this.ajv.errorsText(validate.errors);
    }
}

// Checks with names; the process ends with their verdict.
export class Checks {
    constructor() {
        this.n = 0;
        this.failed = [];
    }

    check(name, ok, detail = '') {
        this.n++;
        if (!ok) this.failed.push(name);
        const shown = typeof detail === 'string' ? detail : JSON.stringify(detail);
        console.log(`${ok ? 'ok    ' : 'FAILED'} ${name}${!ok && shown ? `: ${shown.slice(0, 600)}` : ''}`);
        return ok;
    }

    equal(name, have, want) {
        return this.check(name, JSON.stringify(have) === JSON.stringify(want), `have ${JSON.stringify(have)}, want ${JSON.stringify(want)}`);
    }

    finish(leastChecks) {
        this.check(`at least ${leastChecks} checks were made`, this.n >= leastChecks, `${this.n}`);
        console.log(`${this.n} checks, ${this.failed.length} failed`);
        process.exit(this.failed.length ? 1 : 0);
    }
}

// Polls until wanted() gives something true; false when it does not in time.
export async function until(wanted, timeoutMs = 8000) {
    for (const end = Date.now() + timeoutMs; Date.now() < end; await sleep(20)) {
        const value = await wanted();
        if (value) return value;
    }
    return wanted();
}

export async function http(method, url, body, headers = {}) {
    const answer = await fetch(url, {
        method, headers: {...(body === undefined ? {} : {'content-type': 'application/json'}), ...headers},
        body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    let json = null;
    try {
        json = JSON.parse(text);
    } catch { /* not JSON */ }
    return {status: answer.status, json, text};
}

export class Program {
    constructor(argv, options = {}) {
        this.output = '';
        this.exit = null;
        this.child = spawn(argv[0], argv.slice(1), {stdio: ['ignore', 'pipe', 'pipe'], ...options});
        for (const stream of [this.child.stdout, this.child.stderr]) stream.on('data', data => { this.output += data; });
        this.ended = new Promise(resolve => this.child.on('exit', (code, signal) => resolve(this.exit = signal ?? code)));
    }

    async waitFor(pattern, timeoutMs = 10000) {
        const match = await until(() => this.output.match(pattern) ?? (this.exit !== null && []), timeoutMs);
        if (!match || match.length === 0) throw new Error(`${this.child.spawnfile}: no ${pattern} in its output:\n${this.output.slice(-3000)}`);
        return match;
    }

    async stop() {
        if (this.exit === null) this.child.kill('SIGTERM');
        const late = setTimeout(() => this.child.kill('SIGKILL'), 15000);
        await this.ended;
        clearTimeout(late);
        return this.exit;
    }
}

export function temporaryFolder() {
    return mkdtempSync(path.join(tmpdir(), 'rearcharge-ocpp-'));
}

function emptyFields(value, where, found) {
    if (value === null) found.push(`${where} is null`);
    else if (Array.isArray(value)) {
        if (value.length === 0) found.push(`${where} is []`);
        value.forEach((v, i) => emptyFields(v, `${where}[${i}]`, found));
    } else if (typeof value === 'object') {
        if (Object.keys(value).length === 0) found.push(`${where} is {}`);
        for (const [k, v] of Object.entries(value)) emptyFields(v, `${where}.${k}`, found);
    }
    return found;
}

// Sees every text of one connection and collects what the program under test does against OCPP-J 2.0.1 part 4.
export class WireRules {
    constructor(schemas) {
        this.schemas = schemas;
        this.faults = [];
        this.ids = new Set();
        this.n = 0;
        this.timeoutMs = Infinity; // after which the program may give its call up
        this.connected();
    }

    connected() {
        this.open = null;            // its call that waits for our answer
        this.asked = new Map();      // our calls that wait for its answer: id -> action
    }

    // A text from the tester: what the program has to answer.
    sent(text) {
        let frame;
        try {
            frame = JSON.parse(text);
        } catch {
            return;
        }
        if (!Array.isArray(frame)) return;
        if (frame[0] !== 3 && frame[0] !== 4 && typeof frame[1] === 'string') this.asked.set(frame[1], frame[2]);
        if ((frame[0] === 3 || frame[0] === 4) && this.open?.id === frame[1]) this.open = null;
    }

    received(text) {
        const fault = what => this.faults.push(`${what}: ${text.slice(0, 300)}`);
        let frame;
        this.n++;
        try {
            frame = JSON.parse(text);
        } catch {
            return fault('not JSON');
        }
        const [type, id] = frame;
        if (typeof id !== 'string' || id.length < 1 || id.length > 36) fault('4.1.4 message id of 1 to 36 characters');
        if (type === 2) {
            const [, , action, payload] = frame;
            if (frame.length !== 4) fault('4.2.1 a CALL has 4 elements');
            if (this.open && Date.now() - this.open.at < this.timeoutMs) fault(`4.1.1 a second CALL while ${this.open.action} is not answered`);
            if (this.ids.has(id)) fault('4.1.4 a message id is used again');
            this.ids.add(id);
            this.open = {id, action, at: Date.now()};
            this.check(action, false, payload, fault);
        } else if (type === 3) {
            if (frame.length !== 3) fault('4.2.2 a CALLRESULT has 3 elements');
            if (!this.asked.has(id)) fault('an answer to nothing, or a second answer');
            else this.check(this.asked.get(id), true, frame[2], fault);
            this.asked.delete(id);
        } else if (type === 4) {
            if (frame.length !== 5 || typeof frame[2] !== 'string' || typeof frame[3] !== 'string' || frame[3].length > 255 || typeof frame[4] !== 'object')
                fault('4.2.3 CALLERROR has 5 elements');
            if (id !== '-1' && !this.asked.has(id)) fault('an error for nothing, or a second answer');
            this.asked.delete(id);
        } else fault('4.1.3 message type');
    }

    check(action, isAnswer, payload, fault) {
        const complaint = this.schemas.complaint(action, isAnswer, payload);
        if (complaint) fault(`schema of ${action}: ${complaint}`);
        if (Object.keys(payload).length > 0)
            for (const empty of emptyFields(payload, action, [])) fault(`4.1.5 ${empty}`);
    }

    report(checks, name) {
        checks.check(`${name}: ${this.n} messages keep the wire rules and the official schemas`, this.n > 0 && this.faults.length === 0, this.faults.join('\n    '));
        checks.check(`${name}: every call is answered`, this.asked.size === 0, [...this.asked.values()].join(', '));
    }
}
