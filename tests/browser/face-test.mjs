// The head unit's page in a real browser, against a daemon that says what the story needs.
import {mkdirSync} from 'node:fs';
import path from 'node:path';
import {Checks, parseOptions} from '../ocpp/peer.mjs';
import {BrowserWorld} from './browser-world.mjs';
import {alternative, code, digits, history, moving, nearby, offers, offline, order, pile, position, receipt, RECEIPT, reservation, reversing, snapshot} from './states.mjs';

const SIZES = [[800, 480], [1280, 720], [1920, 720], [768, 1024]];
const options = parseOptions(process.argv.slice(2));
const checks = new Checks();
const world = new BrowserWorld(options);
let daemon;
let page;

async function tell(line) {
    const from = daemon.lines.length;
    daemon.say(line);
    await daemon.line(/^done$/, from);
}

async function until(condition) {
    const end = Date.now() + 8000;
    while (!await condition()) {
        if (Date.now() > end) throw new Error(`never: ${condition}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
}

async function show(journey, given, headline) {
    await tell(snapshot(journey, given));
    if (headline) await page.getByRole('heading', {name: headline, exact: true}).waitFor();
}

// A rear view to look at: a garage, and a post with a code where states.mjs says it stands.
async function rearPicture(browser) {
    const artist = await browser.newPage({viewport: {width: 640, height: 360}});
    await artist.setContent(`<style>body{margin:0;background:linear-gradient(#39424a 55%,#5b5f60 56%,#2c3033)}i{position:absolute;display:block}</style>
        <i style="left:60px;top:205px;width:8px;height:160px;background:#e8e8e8;transform:skewX(-24deg)"></i>
        <i style="left:570px;top:205px;width:8px;height:160px;background:#e8e8e8;transform:skewX(24deg)"></i>
        <i style="left:385px;top:95px;width:130px;height:210px;background:#eef1f4;border-radius:10px"></i>
        <i style="left:402px;top:150px;width:96px;height:98px;background:repeating-conic-gradient(#111 0 25%,#fff 0 50%) 0 0/16px 16px"></i>`);
    const file = path.join(world.folder, 'rear.jpg');
    await artist.screenshot({path: file, type: 'jpeg'});
    await artist.close();
    return file;
}

async function layoutIsSound(name) {
    const wrong = await page.evaluate(() => {
        const found = [];
        if (document.documentElement.scrollWidth > innerWidth || document.documentElement.scrollHeight > innerHeight) found.push(`the page scrolls: ${document.documentElement.scrollWidth} x ${document.documentElement.scrollHeight}`);
        for (const element of document.querySelectorAll('button, a')) {
            const box = element.getBoundingClientRect();
            if (box.width > 0 && (box.height < 76 || box.width < 76)) found.push(`${element.textContent} is ${box.width} x ${box.height}`);
            if (element.scrollWidth > element.clientWidth + 1) found.push(`${element.textContent} overflows`);
        }
        for (const element of document.querySelectorAll('dd, dt, h1, h2, .hint, .advice, #brand, #links span, .tiles dd')) {
            if (!element.classList.contains('unseen') && element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== 'inline')
                found.push(`"${element.textContent}" overflows`);
        }
        for (const area of document.querySelectorAll('#stage, .hero, .side')) if (area.scrollWidth > area.clientWidth + 1) found.push(`${area.className || area.id} scrolls sideways`);
        const action = document.querySelector('.action button')?.getBoundingClientRect();
        if (action && (action.bottom > innerHeight || action.top < 0)) found.push('the action is out of sight');
        return found;
    });
    checks.equal(`layout is sound: ${name}`, wrong, []);
}

async function pictures(name) {
    for (const [width, height] of SIZES) {
        await page.setViewportSize({width, height});
        await layoutIsSound(`${name} ${width}x${height}`);
        if (height !== 720) await world.axe(checks, page, `${name} ${width}x${height}`); // the smallest and the narrowest find what the others would
        await page.screenshot({path: path.join(options.shots, `${name}-${width}x${height}.png`)});
    }
    await page.setViewportSize({width: 1280, height: 720});
}

// Every state, in the language that the page speaks now.
async function story(language) {
    const [ready, here, plug, charging, failed] = language === 'zh' ? ['待命', '可以在此充电', '请插入充电枪', '充电中', '未能完成']
        : ['Ready', 'You can charge here', 'Plug in the cable', 'Charging', 'That did not work'];
    await show('idle', {}, ready);
    await pictures(`${language}-idle`);
    await show('offered', {...reversing, pile: pile({can: false, why: 'NotStandingStill'}), code});
    await page.locator('.badge').waitFor();
    await until(() => page.evaluate(() => document.querySelector('.picture')?.naturalWidth === 640)); // waitForFunction needs eval: the CSP forbids it
    checks.equal(`nothing can be touched while reversing (${language})`, await page.locator('button:visible, a:visible, input:visible').count(), 0);
    checks.equal(`the code is outlined (${language})`, await page.locator('.outline polygon').count(), 2);
    await pictures(`${language}-reversing`);
    await show('scanning', {...reversing, camera_state: "'fault'", faults: "['camera']"});
    await page.locator('.badge[data-tone=bad]').waitFor();
    checks.equal(`a lost camera is said where the driver looks (${language})`, await page.locator('.badge').innerText(), language === 'zh' ? '摄像头不可用' : 'Camera does not work');
    await show('offered', {...moving, pile: pile({can: false, why: 'NotStandingStill'})}, here);
    checks.equal(`nothing can be touched while driving (${language})`, await page.locator('button:visible, a:visible, input:visible').count(), 0);
    await pictures(`${language}-moving`);
    await show('offered', {pile: pile()}, here);
    await pictures(`${language}-offered`);
    await show('waiting_plug', {pile: pile({can: false, why: 'Busy'}), order: order({state: 'accepted', cable: '', started: ''})}, plug);
    await pictures(`${language}-waiting`);
    for (let i = 0; i <= 24; i++) {
        const power = i < 3 ? 30000 + i * 40000 : i < 12 ? 148000 - i * 400 : Math.round(143000 * Math.exp(-(i - 12) / 9));
        await show('charging', {pile: pile({can: false, why: 'Busy'}), order: order({id: `charge-${language}`, energy: 200 + i * 1500, power, soc: 20 + i * 2, cost: 50 + i * 74})});
    }
    await page.getByRole('heading', {name: charging, exact: true}).waitFor();
    await page.locator('.curve polyline').waitFor();
    await pictures(`${language}-charging`);
    await show('done', {order: order({state: 'settled'}), receipt: RECEIPT});
    await page.locator('[data-action=receipt]').waitFor();
    await pictures(`${language}-done`);
    await show('failed', {notice: "'pile_unreachable'", faults: "['server']", server_problem: "'connection timed out'", server_state: "'offline'",
        order: order({state: 'rejected', started: '', cable: ''})}, failed);
    await pictures(`${language}-failed`);
    await page.locator('[data-section=history]').click();
    await page.locator('.past').waitFor();
    await pictures(`${language}-history`);
    await page.locator('[data-section=settings]').click();
    for (const name of ['limits', 'ordering', 'offline', 'news', 'sharing', 'display']) {
        await page.locator(`[data-name=page-${name}]`).click();
        await pictures(`${language}-settings-${name}`);
    }
    await page.locator('[data-name=page-limits]').click();
    await page.locator('[data-section=charge]').click();
}

// What is around: list, map, offers, a reservation and its loss.
async function around(language) {
    const [held, taken] = language === 'zh' ? ['已为您预约', '您预约的车位被占用'] : ['Reserved for you', 'Somebody stands in your bay'];
    const there = {nearby, position, offers};
    await show('idle', there);
    await page.locator('#n-offers').filter({hasText: '2'}).waitFor();
    await page.locator('[data-section=around]').click();
    await page.locator('.piles li').nth(5).waitFor();
    checks.equal(`one sign for one place (${language})`, await page.locator('.map .place').count(), 5);
    await page.locator('[data-filter=offers]').click();
    checks.check(`markup in an offer is text (${language})`, (await page.locator('.offer').first().innerText()).includes('<b>Now</b>'));
    await pictures(`${language}-offers`);
    await page.locator('[data-filter=offers]').click();
    await pictures(`${language}-around`);
    await page.locator('[data-evse="DE*ABC*E12340*1"]').click();
    await page.locator('[data-action=reserve]').waitFor();
    await pictures(`${language}-around-chosen`);
    let from = daemon.lines.length;
    await page.locator('[data-action=reserve]').click();
    checks.equal(`a bay is reserved (${language})`, await daemon.line(/^call Reserve/, from), 'call Reserve DE*ABC*E12340*1');
    await show('idle', {...there, reservation: reservation('held')});
    from = daemon.lines.length;
    await page.locator('[data-filter=free]').click();
    checks.equal(`a filter asks again (${language})`, await daemon.line(/^call FindPiles/, from), "call FindPiles {'watch': <true>, 'free_now': <true>}");
    await page.locator('[data-filter=free]').click();
    from = daemon.lines.length;
    await page.locator('[data-filter=offers]').click();
    await page.locator('[data-offer=accept]').first().click();
    checks.equal(`an offer is accepted (${language})`, await daemon.line(/^call AcceptOffer/, from), 'call AcceptOffer of-1');
    await page.locator('[data-section=charge]').click();
    await page.getByRole('heading', {name: held, exact: true}).waitFor();
    await pictures(`${language}-reserved`);
    await show('idle', {...there, ...moving, reservation: reservation('taken', alternative)}, taken);
    await pictures(`${language}-taken-moving`);
    from = daemon.lines.length;
    await page.locator('[data-action=move]').click();
    checks.equal(`one tap moves a reservation, on the way too (${language})`, await daemon.line(/^call MoveReservation/, from), 'call MoveReservation (alternative)');
    checks.equal(`and nothing else can be touched on the way (${language})`, await page.locator('button:visible, a:visible').count(), 1);
    from = daemon.lines.length;
    await show('idle', {...there, ...reversing, reservation: reservation('taken', alternative)});
    await page.locator('.badge').waitFor();
    await daemon.line(/^call OpenPreview/, from);
    checks.equal(`nor anything while reversing (${language})`, await page.locator('button:visible, a:visible').count(), 0);
    await show('idle', {});
    await daemon.line(/^call preview-closed/, from);
}

// The network is gone: a code, and what happens next.
async function withoutNetwork(language) {
    const [offered, type] = language === 'zh' ? ['充电桩没有网络', '请在充电桩上输入此码'] : ['This charger has no network', 'Type this code at the charger'];
    await show('offered', {pile: pile({can: false, why: 'NotOffered'}), offline: offline('code_offered')}, offered);
    const from = daemon.lines.length;
    await hold(page.locator('[data-action=get_code]'), 1100);
    checks.equal(`holding asks for a code (${language})`, await daemon.line(/^call/, from), 'call GetOfflineCode');
    await show('ordering', {pile: pile({can: false, why: 'Busy'}), offline: offline('code', digits)}, type);
    checks.equal(`the code stands in large groups (${language})`, await page.locator('.digits b').allInnerTexts(), ['1234', '5678', '9012', '3456']);
    await pictures(`${language}-code`);
    await show('ordering', {offline: offline('order_waits')});
    await pictures(`${language}-order-waits`);
}

async function hold(locator, ms) {
    const box = await locator.boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.waitForTimeout(ms);
    await page.mouse.up();
}

async function touches() {
    await show('offered', {pile: pile()}, 'You can charge here');
    let from = daemon.lines.length;
    const button = page.locator('[data-action=order]');
    await hold(button, 200);
    await show('offered', {pile: pile(), server_state: "'offline'"}); // a change under the finger must not disturb
    await button.focus();
    await page.keyboard.press('Enter');
    checks.equal('a short touch orders nothing', daemon.lines.slice(from).filter((line) => line.startsWith('call')), []);
    await hold(button, 1100);
    checks.equal('holding orders', await daemon.line(/^call/, from), 'call Order');
    from = daemon.lines.length;
    await button.focus();
    await page.keyboard.down('Enter');
    await page.waitForTimeout(1100);
    await page.keyboard.up('Enter');
    checks.equal('holding a key orders too', await daemon.line(/^call/, from), 'call Order');
    await tell('refuse NoConsent');
    await hold(button, 1100);
    await page.getByRole('alert').filter({hasText: 'Set the most that a charge may cost first'}).click();
    checks.equal('an error is in the words of a driver, and goes with a touch', await page.locator('.toast').count(), 0);

    from = daemon.lines.length;
    await show('charging', {order: order({energy: 100, power: 1000})}, 'Charging');
    await page.getByRole('button', {name: 'Stop charging'}).click();
    checks.equal('Stop stops', await daemon.line(/^call/, from), 'call Stop');

    await show('idle', {}, 'Ready');
    await page.locator('[data-section=settings]').click();
    from = daemon.lines.length;
    await page.getByRole('button', {name: 'At most it may cost: more'}).click();
    await page.getByRole('button', {name: 'Ordering'}).click();
    await page.getByRole('button', {name: 'Order when parked'}).click();
    await page.getByRole('button', {name: 'Save'}).click();
    await page.getByText('Saved.').waitFor();
    checks.equal('limits and consent are stored', await daemon.line(/^call SetConsent/, from),
        "call SetConsent {'confirm': <'park'>, 'currency': <'EUR'>, 'max_cost_minor': <int64 6000>, 'max_energy_wh': <int64 0>, 'max_duration_s': <int64 0>}");
    await page.getByRole('button', {name: 'Sharing'}).click();
    from = daemon.lines.length;
    await page.getByRole('switch', {name: 'Battery level'}).click();
    checks.equal('what the car tells is the driver\'s word', await daemon.line(/^call SetSharing/, from), "call SetSharing {'soc': <true>}");
    await show('idle', {sharing: "{'soc':<true>}"});
    await page.locator('[aria-checked=true]').filter({hasText: 'Battery level'}).waitFor();
    await page.getByRole('button', {name: 'News'}).click();
    from = daemon.lines.length;
    await page.getByRole('switch', {name: 'Offers nearby'}).click();
    checks.equal('news come when asked for', await daemon.line(/^call SetSubscription/, from), "call SetSubscription {'kinds': <['offer']>}");
    await show('idle', {...moving});
    await page.locator('.settings').waitFor({state: 'detached'});
    checks.equal('settings close when the car moves', await page.locator('button:visible').count(), 0);
    await show('idle', {}, 'Ready');

    await page.locator('[data-section=history]').click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', {name: 'Export as CSV'}).click()]);
    const csv = await import('node:fs').then(async (fs) => fs.readFileSync(await download.path(), 'utf8'));
    checks.check('the file has energy, battery, cost and token', csv.includes(',38.412,81,20.50,EUR\r\n') && csv.includes(',c-1,'), csv);
    await page.locator('.past button').first().click();
    await page.locator('.paper').waitFor();
    checks.check('the receipt has a total', (await page.locator('.paper').innerText()).includes('20.50 EUR'));
    await page.emulateMedia({media: 'print'});
    checks.equal('only the receipt is printed', await page.locator('button:visible').count(), 0);
    await page.screenshot({path: path.join(options.shots, 'en-receipt-print.png')});
    await page.emulateMedia({media: 'screen'});
}

// What a page of another site, or one without the token, may do: nothing (threats.md 12).
async function strangers() {
    const own = new URL(page.url()).origin;
    const cookie = (await page.context().cookies()).map((each) => `${each.name}=${each.value}`).join('; ');
    const from = daemon.lines.length;
    const ask = async (headers, body = '{}') => (await fetch(`${own}/actions/order`, {method: 'POST', headers, body})).status;
    const json = {'Content-Type': 'application/json'};
    const {token} = await (await fetch(`${own}/session`, {headers: {cookie}})).json();
    checks.equal('no cookie', await ask({...json, origin: own, 'RearCharge-Token': token}), 401);
    checks.equal('no token', await ask({...json, origin: own, cookie}), 403);
    checks.equal('no origin', await ask({...json, cookie, 'RearCharge-Token': token}), 403);
    checks.equal('foreign origin', await ask({...json, origin: 'http://evil.example', cookie, 'RearCharge-Token': token}), 403);
    checks.equal('a form', await ask({'Content-Type': 'text/plain', origin: own, cookie, 'RearCharge-Token': token}), 415);
    checks.equal('nothing reached the daemon', daemon.lines.slice(from).filter((line) => line.startsWith('call')), []);
    await show('offered', {...moving, pile: pile()}, 'You can charge here');
    checks.equal('an order while driving is refused, whatever the page says', await ask({...json, origin: own, cookie, 'RearCharge-Token': token}), 409);
    await show('idle', {}, 'Ready');
}

async function isLight() {
    const first = await page.context().newPage();
    let bytes = 0;
    first.on('response', async (response) => { bytes += Number(response.headers()['content-length'] ?? 0); });
    const started = Date.now();
    await first.goto(new URL(page.url()).origin, {waitUntil: 'commit'});
    await first.getByRole('heading', {name: 'Ready'}).waitFor();
    console.log(`      first view after ${Date.now() - started} ms, ${bytes} bytes`);
    checks.check('the page is below 100 kB', bytes > 20_000 && bytes < 100_000, `${bytes}`);
    await first.close();
}

try {
    mkdirSync(options.shots, {recursive: true});
    world.typesAreSound(checks, 'head unit', 'ui-bridge/web', 'main.js');
    const browser = await world.startBrowser();
    await world.startBus();
    const picture = await rearPicture(browser);
    daemon = world.run(options.daemon, ['--picture', picture], world.env);
    await tell(snapshot('idle'));
    await tell(history);
    await tell(receipt);
    let bridge = await world.startUi();
    const context = await browser.newContext({viewport: {width: 1280, height: 720}, locale: 'en-GB', acceptDownloads: true});
    page = await context.newPage();
    const errors = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    await page.goto(world.startUrl);
    await page.getByRole('heading', {name: 'Ready'}).waitFor();
    await story('en');
    await around('en');
    await withoutNetwork('en');
    await touches();
    await strangers();
    await isLight();
    await show('idle', {}, 'Ready');
    await page.locator('[data-section=settings]').click();
    await page.getByRole('button', {name: 'Display'}).click();
    await page.getByRole('button', {name: 'Night'}).click();
    await page.getByRole('button', {name: '中文'}).click();
    await page.getByRole('heading', {name: '待命'}).waitFor();
    await story('zh');
    await around('zh');
    await withoutNetwork('zh');
    await bridge.stop();
    await page.locator('#lost').waitFor();
    bridge = await world.startUi(new URL(page.url()).port);
    await page.locator('#lost').waitFor({state: 'hidden', timeout: 15000});
    await show('charging', {order: order({energy: 100, power: 1000})}, '充电中');
    const from = daemon.lines.length;
    await page.locator('[data-action=stop]').click();
    checks.equal('after a restart of the bridge the page goes on, with its actions', await daemon.line(/^call Stop/, from), 'call Stop');
    await daemon.stop();
    await page.getByRole('heading', {name: 'RearCharge 未运行'}).waitFor();
    await pictures('zh-absent');
    checks.equal('the page reports no error of its own', errors.filter((text) => !/40[0-9]|50[0-9]/.test(text)), []);
} finally {
    await world.end();
}
checks.finish(60);
