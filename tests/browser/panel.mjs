// The pile's panel and the operator's page in a real browser, with a real server and a real pile between them.
import {execFileSync} from 'node:child_process';
import {mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {Checks, parseOptions, until} from '../ocpp/peer.mjs';
import {BrowserWorld} from './browser-world.mjs';

const EVSE_ID = 'DE*ABC*E12345*1';
const options = parseOptions(process.argv.slice(2));
const checks = new Checks();
const world = new BrowserWorld(options);
const file = (name) => path.join(world.folder, name);

async function startPrograms() {
    const admin = (...args) => execFileSync(options.server, [...args, '--state', file('db')], {encoding: 'utf8'});
    admin('tariff', 'set', 'day', '--currency', 'EUR', '--energy', '0.49', '--time', '0', '--flat', '0.50');
    const vehicle = admin('vehicle', 'add', 'car-1').split(/\s+/)[1];
    admin('station', 'add', 'PILE1', '--name', 'Bay 1', '--operator', 'ABC Energy', '--evse', EVSE_ID, '--latitude', '52.5', '--longitude', '13.4', '--tariff', 'day',
        '--password-file', file('password'));
    writeFileSync(file('token'), 'the operator\'s token\n', {mode: 0o600});
    const server = world.run(options.server, ['serve', '--state', file('db'), '--listen', '127.0.0.1:0', '--operator-token-file', file('token')]);
    const url = (await server.line(/listens on/)).split(' ').pop();
    const pile = world.run(options.pile, ['--csms', `${url.replace('http', 'ws')}/ocpp`, '--identity', 'PILE1', '--password-file', file('password'), '--evse-id', EVSE_ID,
        '--qr-host', 'pay.abc.example', '--panel', '127.0.0.1:0', '--speed', '30']);
    return {url, vehicle, panel: (await pile.line(/^panel /)).split(' ')[1]};
}

async function order({url, vehicle}) {
    const post = async (where, body, more) => (await fetch(url + where, {method: 'POST', body: JSON.stringify(body),
        headers: {Authorization: `Bearer ${vehicle}`, 'Content-Type': 'application/json', ...more}})).json();
    const {scan_ref} = await post('/v1/scans', {qr_evse_id: EVSE_ID});
    const client_ref = crypto.randomUUID();
    return post('/v1/orders', {client_ref, scan_ref, limits: {max_cost_minor: 5000, currency: 'EUR'}}, {'Idempotency-Key': client_ref});
}

function watch(page, name) {
    page.on('pageerror', (error) => checks.check(`${name}: no script error`, false, error.message));
    page.on('console', (line) => /Content Security Policy/.test(line.text()) && checks.check(`${name}: nothing against the CSP`, false, line.text()));
}

async function isSound(page, name) {
    await world.axe(checks, page, name);
    checks.equal(`nothing is wider than the page: ${name}`, await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
    await page.screenshot({path: path.join(options.shots, `${name}.png`)});
}

const text = (page, selector) => page.locator(selector).first().textContent();
const step = (page, name) => page.waitForSelector(`.step-${name}`, {timeout: 8000});

async function chargeAtThePanel(page, programs) {
    await page.goto(programs.panel);
    await step(page, 'free');
    await isSound(page, 'panel-free');
    await page.getByRole('button', {name: 'Show the code large'}).press('Enter');
    await page.waitForSelector('dialog[open] img');
    await isSound(page, 'panel-code');
    await page.keyboard.press('Escape');
    await page.getByRole('button', {name: 'Type a code'}).click();
    await page.keyboard.type('1234567890123456');
    await isSound(page, 'panel-keypad');
    await page.getByRole('button', {name: 'OK', exact: true}).click();
    await page.getByRole('alert').filter({hasText: /Mistyped|No codes can be used here|not for this pile/}).waitFor();
    await page.getByRole('button', {name: 'Close'}).click();
    await order(programs);
    await step(page, 'plug');
    await page.getByLabel('Battery, kWh').fill('40');
    checks.equal('own numbers make an own vehicle', await page.getByLabel('Kind').inputValue(), 'own');
    await page.getByLabel('Charge, %').fill('55');
    await page.getByRole('button', {name: 'Plug in'}).press('Enter');
    await step(page, 'charging');
    checks.check('the energy rises by itself', await until(async () => Number(await text(page, '.energy')) > 0));
    await page.getByRole('slider').fill('2');
    await page.getByText('× 240').waitFor();
    checks.check('the battery begins where the lever said', parseFloat(await text(page, '.soc')) >= 55, await text(page, '.soc'));
    await isSound(page, 'panel-charging');
}

async function logIn(page, url) {
    await page.goto(`${url}/operator`);
    await page.getByLabel('Operator token').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByText('This token is not the right one.').waitFor();
    await isSound(page, 'operator-login');
    await page.getByLabel('Operator token').fill('the operator\'s token');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#piles tbody tr');
    checks.equal('scripts see neither token nor session', await page.evaluate(() => document.cookie + JSON.stringify({...localStorage})), '{}');
}

async function reserve({url, vehicle}) {
    const client_ref = crypto.randomUUID();
    const answer = await fetch(`${url}/v1/reservations`, {method: 'POST', headers: {Authorization: `Bearer ${vehicle}`, 'Content-Type': 'application/json', 'Idempotency-Key': client_ref},
        body: JSON.stringify({client_ref, evse_key: EVSE_ID.replaceAll('*', ''), until: new Date(Date.now() + 600_000).toISOString()})});
    checks.equal('a car reserves', answer.status, 201);
}

async function seeItAtTheOperator(page, panel, programs) {
    await page.getByRole('cell', {name: 'CHARGING', exact: true}).waitFor();
    await isSound(page, 'operator-piles');
    await panel.getByRole('button', {name: 'Stop', exact: true}).click();
    await step(panel, 'done');
    await panel.getByRole('button', {name: 'Unplug'}).click();
    await page.getByRole('cell', {name: 'AVAILABLE', exact: true}).waitFor();
    await page.getByRole('tab', {name: 'Piles'}).press('ArrowRight');
    await page.getByRole('cell', {name: 'settled'}).waitFor();
    await isSound(page, 'operator-orders');
    await page.getByRole('tab', {name: 'Settlements'}).click();
    checks.equal('one settlement', await page.locator('#settlements tbody tr').count(), 1);
    await reserve(programs);
    await page.getByRole('tab', {name: 'Reservations'}).click();
    await page.getByRole('cell', {name: 'held', exact: true}).waitFor();
    await isSound(page, 'operator-reservations');
    await page.getByRole('tab', {name: 'Piles'}).click();
    await page.locator('.pile-map circle').click();
    await page.getByRole('heading', {name: 'PILE1'}).waitFor();
    checks.check('a call has a payload to begin from', (await page.getByLabel('Payload (JSON)').inputValue()).includes('getVariableData'));
    await page.getByRole('button', {name: 'Send'}).click();
    await page.locator('.answer pre').filter({hasText: 'attributeValue'}).waitFor();
    await page.getByLabel('Action', {exact: true}).selectOption('SetDisplayMessage');
    await page.getByRole('button', {name: 'Send'}).click();
    await panel.locator('.display li').filter({hasText: 'Welcome'}).waitFor();
    await isSound(page, 'operator-station');
    await page.getByRole('button', {name: 'Close'}).click();
    await page.getByRole('tab', {name: 'Offers'}).click();
    const offer = page.locator('form').filter({hasText: 'New offer'});
    await offer.getByLabel('Text').fill('A fifth off');
    await offer.getByLabel('Piles (else a place)').fill('PILE1');
    await offer.getByRole('button', {name: 'Save'}).click();
    await page.getByRole('cell', {name: 'A fifth off'}).waitFor();
    const rule = page.locator('form').filter({hasText: 'New rule'});
    await rule.getByLabel('Text').fill('Idle hour');
    await rule.getByRole('button', {name: 'Save'}).click();
    await page.getByRole('cell', {name: 'Idle hour'}).waitFor();
    await isSound(page, 'operator-offers');
    await page.getByRole('button', {name: 'Withdraw'}).click();
    await page.getByRole('cell', {name: 'withdrawn'}).waitFor();
    await page.getByRole('tab', {name: 'Vehicles'}).click();
    const code = page.locator('form').filter({hasText: 'New vehicle code'});
    await code.getByLabel('Code', {exact: true}).fill('WVWZZZ1JZXW000001');
    await code.getByRole('button', {name: 'Save'}).click();
    await page.getByRole('cell', {name: /WVWZZZ1JZXW000001/i}).waitFor();
    await page.getByRole('button', {name: 'Block', exact: true}).click();
    await page.getByRole('cell', {name: 'blocked'}).waitFor();
    await isSound(page, 'operator-vehicles');
    await page.getByRole('tab', {name: 'OCPP messages'}).click();
    await page.getByLabel('Filter').fill('BootNotification');
    // The call, and its answer, which carries only the call's id.
    checks.check('two messages of a boot', await until(async () => await page.locator('#messages tbody tr:not([hidden])').count() === 2));
    await isSound(page, 'operator-messages');
    await page.getByRole('button', {name: '中文'}).click();
    await page.getByRole('tab', {name: '充电桩'}).waitFor();
    await page.reload();
    await page.getByRole('tab', {name: '充电桩'}).waitFor();
    await page.getByRole('button', {name: '退出'}).click();
    await page.getByLabel('运营令牌').waitFor();
}

try {
    mkdirSync(options.shots, {recursive: true});
    world.typesAreSound(checks, 'panel', 'pile-sim/panel/web', 'panel.js');
    world.typesAreSound(checks, 'operator', 'server-stub/web', 'operator.js');
    const programs = await startPrograms();
    const browser = await world.startBrowser();
    const context = await browser.newContext({viewport: {width: 1280, height: 720}, locale: 'en-GB', reducedMotion: 'reduce'});
    const panel = await context.newPage();
    watch(panel, 'panel');
    await chargeAtThePanel(panel, programs);
    const phone = await browser.newPage({viewport: {width: 390, height: 844}, locale: 'zh-CN', colorScheme: 'dark', reducedMotion: 'reduce'});
    watch(phone, 'phone');
    await phone.goto(programs.panel);
    await step(phone, 'charging');
    await isSound(phone, 'panel-phone-zh-night');
    const operator = await context.newPage();
    watch(operator, 'operator');
    await logIn(operator, programs.url);
    await seeItAtTheOperator(operator, panel, programs);
} catch (error) {
    checks.check('the story goes to its end', false, error.stack);
} finally {
    await world.end();
}
checks.finish(24);
