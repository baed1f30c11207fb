// Every message against the official OCPP 2.0.1 schemas: the hand-written golden frames, what our encoder makes
// of them, and recorded traffic.
//   schema-check.mjs --modules DIR [--golden DIR --recode PROGRAM] [LOG.jsonl ...]
// A log line is {"direction":"sent|received","text":"[2,...]","station":..?} or {"from":"pile|server","frame":[...]}.
import {execFileSync} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {Checks, loadPackage, parseOptions, Schemas} from './peer.mjs';

const options = parseOptions(process.argv.slice(2));
const schemas = new Schemas(loadPackage(options.modules));
const checks = new Checks();
let nMessages = 0;

// One side's calls name the action of the other side's answers.
class Traffic {
    constructor(name) {
        this.name = name;
        this.calls = new Map();
        this.counts = {};
        this.faults = [];
    }

    add(from, frame, hint) {
        const [type, id] = frame;
        if (type === 4) return; // no schema
        const to = from === 'pile' ? 'server' : 'pile';
        const action = type === 2 ? frame[2] : hint ?? this.calls.get(`${to} ${id}`);
        if (type === 2) this.calls.set(`${from} ${id}`, action);
        if (action === undefined) return void this.faults.push(`answer to nothing: ${JSON.stringify(frame)}`);
        const complaint = schemas.complaint(action, type === 3, type === 2 ? frame[3] : frame[2]);
        if (complaint) this.faults.push(`${action} ${type === 3 ? 'answer' : 'call'}: ${complaint}: ${JSON.stringify(frame).slice(0, 400)}`);
        this.counts[action] = (this.counts[action] ?? 0) + 1;
        nMessages++;
    }

    report() {
        const n = Object.values(this.counts).reduce((a, b) => a + b, 0);
        const list = Object.entries(this.counts).map(([action, count]) => `${action} ${count}`).join(', ');
        checks.check(`${this.name}: ${n} messages (${list})`, n > 0 && this.faults.length === 0, this.faults.join('\n    '));
    }
}

function checkGolden(folder) {
    for (const file of readdirSync(folder).filter(name => name.endsWith('.json') && name !== 'frames.json')) {
        const faults = [];
        const entries = JSON.parse(readFileSync(path.join(folder, file)));
        for (const {name, frame, answers, error, schema} of entries) {
            const complaint = schemas.complaint(answers ?? frame[2], frame[0] === 3, frame[0] === 3 ? frame[2] : frame[3]);
            const wanted = error === undefined || schema === 'accepts';
            if (wanted !== (complaint === '')) faults.push(`${name}: ${complaint || 'the schema accepts it'}`);
            nMessages++;
        }
        checks.check(`golden ${file}: the official schemas agree on ${entries.length} frames`, entries.length > 0 && faults.length === 0, faults.join('\n    '));
    }
}

function readLog(text, name) {
    const traffic = new Traffic(name);
    for (const line of text.split('\n').filter(l => l.length > 0)) {
        const entry = JSON.parse(line);
        let frame = entry.frame;
        if (frame === undefined) {
            try {
                frame = JSON.parse(entry.text);
            } catch {
                continue; // a peer's garbage, logged as it came
            }
        }
        if (!Array.isArray(frame)) continue;
        // Who is who does not matter to the schemas, only that the two sides differ.
        traffic.add(entry.from ?? (entry.direction === 'sent' ? 'pile' : 'server'), frame, entry.action);
    }
    traffic.report();
}

if (options.golden) checkGolden(options.golden);
if (options.recode) readLog(execFileSync(options.recode, [options.golden], {encoding: 'utf8', maxBuffer: 1 << 26}), 'what our encoder makes of the golden frames');
for (const file of options.files) readLog(readFileSync(file, 'utf8'), path.basename(file));
checks.check('there were messages', nMessages > 0);
checks.finish(1);
