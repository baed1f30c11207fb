// The same journey with the real programs: what happens in the world is asked of loop_test.py, a line at a time.
import {createInterface} from 'node:readline';
import path from 'node:path';
import {mkdirSync} from 'node:fs';
import {Checks, parseOptions} from '../ocpp/peer.mjs';
import {BrowserWorld} from './browser-world.mjs';

const options = parseOptions(process.argv.slice(2));
const checks = new Checks();
const world = new BrowserWorld(options);
const answers = createInterface({input: process.stdin})[Symbol.asyncIterator]();

async function please(command) {
    console.log(`please ${command}`);
    const {value} = await answers.next();
    if (value !== 'done') throw new Error(`${command}: ${value}`);
}

try {
    mkdirSync(options.shots, {recursive: true});
    const browser = await world.startBrowser();
    const page = await browser.newPage({viewport: {width: 1280, height: 720}, locale: 'en-GB'});
    const heading = (name) => page.getByRole('heading', {name, exact: true}).waitFor({timeout: 25000});
    const shot = (name) => page.screenshot({path: path.join(options.shots, `loop-${name}.png`)});
    await page.goto(options.url);
    await heading('Ready');
    checks.equal('driving forward there is nothing to touch', await page.locator('#stage button:visible, #rail button:visible').count(), 0);

    await page.locator('.demo [data-gear=R]').click();
    await page.locator('.badge[data-tone=good]').waitFor({timeout: 25000});
    await page.locator('.outline polygon').first().waitFor();
    const end = Date.now() + 8000;
    while (!await page.evaluate(() => document.querySelector('.picture').naturalWidth > 0) && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
    await shot('1-reversing');
    checks.check('the rear picture is there', await page.evaluate(() => document.querySelector('.picture').naturalWidth > 0));
    checks.check('the badge has the price', (await page.locator('.badge').innerText()).includes('0.49 EUR/kWh'));
    checks.equal('reversing there is nothing to touch', await page.locator('#stage button:visible, #rail button:visible, a:visible').count(), 0);

    await please('park');
    await page.locator('[data-section=settings]').click();
    await page.getByRole('button', {name: 'At most it may cost: less'}).click();
    await page.getByRole('button', {name: 'Save'}).click();
    await page.getByText('Saved.').waitFor();
    await page.locator('[data-section=charge]').click();
    await page.getByText('At most 40.00 EUR').waitFor(); // the daemon has taken it
    const order = page.getByRole('button', {name: 'Hold to start'});
    await order.waitFor();
    await shot('2-offered');
    await please('orders 0');
    await order.hover();
    await page.mouse.down();
    await heading('Plug in the cable');
    await page.mouse.up();
    await shot('3-waiting');
    await page.getByRole('button', {name: 'Cancel'}).click();
    await page.getByRole('button', {name: 'Cancel'}).waitFor({state: 'detached'});
    await please('cancelled');
    await shot('4-cancelled');

    await please('again');
    await order.waitFor({timeout: 25000});
    await order.hover();
    await page.mouse.down();
    await heading('Plug in the cable');
    await page.mouse.up();
    await please('plug');
    await heading('Charging');
    await page.locator('.curve polyline').waitFor({timeout: 20000});
    await shot('5-charging');
    await page.getByRole('button', {name: 'Stop charging'}).click();
    await heading('All done');
    await shot('6-done');
    await page.getByRole('button', {name: 'Receipt', exact: true}).click();
    await page.locator('.paper').waitFor();
    await shot('7-receipt');
    checks.check('the receipt agrees', (await page.locator('.paper').innerText()).includes('agrees with our own calculation'));
    await page.locator('[data-section=history]').click();
    await page.locator('.past li').nth(1).waitFor();
    checks.equal('the history has both orders', await page.locator('.past li').count(), 2);
    await please('kill');
    await heading('RearCharge is not running');
    checks.equal('without a daemon there is nothing to touch', await page.locator('#stage button:visible, #rail button:visible').count(), 0);
    await please('restart');
    await page.locator('.gear', {hasText: 'P'}).waitFor({timeout: 15000});
    checks.check('the page comes back by itself', true);
} finally {
    await world.end();
}
checks.finish(8);
