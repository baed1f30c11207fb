// What the browser tests share: the npm packages, a private bus, programs whose lines can be waited for, Chromium.
import {execFileSync, spawn} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, renameSync, rmSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {createInterface} from 'node:readline';

const PACKAGES = ['playwright-core@1.48.2', 'axe-core@4.10.2', 'typescript@5.6.3'];

// Fetched once into the build folder; later runs need no network. Two tests may come here at once: the first rename wins.
export function loadPackages(folder) {
    if (!existsSync(path.join(folder, 'node_modules'))) {
        const aside = `${folder}.${process.pid}`;
        mkdirSync(aside, {recursive: true});
        execFileSync('npm', ['install', '--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', aside, ...PACKAGES],
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

export class Program {
    constructor(file, args, env = {}) {
        this.lines = [];
        this.waiting = [];
        this.child = spawn(file, args, {env: {...process.env, ...env}, stdio: ['pipe', 'pipe', 'inherit']});
        createInterface({input: this.child.stdout}).on('line', (line) => {
            this.lines.push(line);
            this.waiting = this.waiting.filter((wake) => !wake());
        });
    }

    say(line) {
        this.child.stdin.write(`${line}\n`);
    }

    // The first line from `from` on that matches; each line is there once, whoever reads it.
    async line(pattern, from = 0, timeoutMs = 8000) {
        let timer;
        return new Promise((resolve, reject) => {
            const look = () => {
                const found = this.lines.slice(from).find((line) => pattern.test(line));
                if (found === undefined) return false;
                clearTimeout(timer);
                resolve(found);
                return true;
            };
            if (look()) return;
            this.waiting.push(look);
            timer = setTimeout(() => reject(new Error(`no line ${pattern}; have ${this.lines.slice(from).join(' | ')}`)), timeoutMs);
        });
    }

    async stop() {
        if (this.child.exitCode !== null || this.child.signalCode !== null) return;
        const ended = new Promise((resolve) => this.child.once('exit', resolve));
        this.child.kill();
        await ended;
    }
}

export class BrowserWorld {
    constructor(options) {
        this.options = options;
        this.folder = mkdtempSync(path.join(tmpdir(), 'rearcharge-face-'));
        this.require = loadPackages(options.modules);
        this.programs = [];
    }

    run(file, args, env) {
        const program = new Program(file, args, env);
        this.programs.push(program);
        return program;
    }

    async startBus() {
        const bus = this.run('dbus-daemon', ['--session', '--nofork', '--nopidfile', `--address=unix:dir=${this.folder}`, '--print-address=1']);
        this.env = {DBUS_SESSION_BUS_ADDRESS: await bus.line(/^unix:/)};
    }

    async startUi() {
        const ui = this.run(this.options.ui, ['--port', '0', '--bus', 'session'], this.env);
        this.startUrl = (await ui.line(/^Open once: /)).slice('Open once: '.length);
        return ui;
    }

    async startBrowser() {
        const {chromium} = this.require('playwright-core');
        const args = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
        if (process.getuid() === 0) args.push('--no-sandbox');
        this.browser = await chromium.launch({executablePath: this.options.browser, args, env: {...process.env, HOME: this.folder}});
        return this.browser;
    }

    async end() {
        await this.browser?.close();
        for (const program of this.programs.reverse()) await program.stop();
        rmSync(this.folder, {recursive: true, force: true});
    }
}
