// What the browser tests share: the npm packages, a private bus, programs whose lines can be waited for, Chromium.
import {execFileSync, spawn} from 'node:child_process';
import {cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync} from 'node:fs';
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

    async startUi(port = '0') {
        const ui = this.run(this.options.ui, ['--port', port, '--bus', 'session', '--runtime-dir', this.folder], this.env);
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

    // The files of a page as the browser gets them: its own beside the shared ones.
    collect(name, folder) {
        const copy = path.join(this.folder, name);
        for (const from of ['weblink/web', folder]) cpSync(path.join(this.options.source, from), copy, {recursive: true});
        return copy;
    }

    typesAreSound(checks, name, folder, main) {
        const copy = this.collect(`types-${name}`, folder);
        try {
            execFileSync('node', [this.require.resolve('typescript/bin/tsc'), '--noEmit', '--allowJs', '--checkJs', '--strict', '--target', 'es2023', '--module', 'es2022',
                '--lib', 'es2023,dom,dom.iterable', path.join(copy, main)], {stdio: 'pipe'});
            checks.check(`tsc --checkJs --strict: ${name}`, true);
        } catch (error) {
            checks.check(`tsc --checkJs --strict: ${name}`, false, `${error.stdout}`);
        }
    }

    // The debugger may evaluate what the page's own CSP forbids as a script element.
    async axe(checks, page, name) {
        await page.evaluate(readFileSync(this.require.resolve('axe-core/axe.min.js'), 'utf8'));
        const result = await page.evaluate(() => window.axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']}));
        const serious = result.violations.filter((each) => ['serious', 'critical'].includes(each.impact))
            .map((each) => `${each.id}: ${each.nodes.map((node) => node.target).join(' ')} ${each.nodes[0]?.any?.[0]?.message ?? ''}`);
        checks.equal(`axe-core finds nothing serious: ${name}`, serious, []);
    }

    async end() {
        await this.browser?.close();
        for (const program of this.programs.reverse()) await program.stop();
        rmSync(this.folder, {recursive: true, force: true});
    }
}
