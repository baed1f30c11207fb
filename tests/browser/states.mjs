// Snapshots of a whole story, as GVariant text (dbus/org.rearcharge.RearCharge1.xml).
export const PILE = `{'evse_id':<'DE*ABC*E12345*1'>,'evse_key':<'DEABCE123451'>,'scan_ref':<'s1'>,'location':<'Garage Bay 1'>,'operator':<'ABC Energy'>,'status':<'AVAILABLE'>,
 'bay':<'free'>,'trust':<'registered'>,'reachable':<true>,'connector':<'IEC_62196_T2_COMBO'>,'power_type':<'DC'>,'max_power_w':<int64 150000>,'currency':<'EUR'>,
 'flat':<0.5>,'per_kwh':<0.49>,'per_hour':<2.4>,'can_order':<CAN>,'why_not':<'WHY'>}`;
const ORDER = `{'order_id':<'0d5f8a1c-6f0e-4c6e-9d0a-3f6f3f1c2b7a'>,'client_ref':<'c-1'>,'evse_id':<'DE*ABC*E12345*1'>,'state':<'STATE'>,'reason':<''>,'charging_state':<'CABLE'>,
 'created_at':<'2026-11-21T05:00:00.000Z'>,'started_at':<'STARTED'>,'energy_wh':<int64 ENERGY>,'power_w':<int64 POWER>,'soc_percent':<SOC>,'cost_minor':<int64 COST>,
 'currency':<'EUR'>,'max_cost_minor':<int64 5000>}`;
export const RECEIPT = `{'receipt_id':<'R-2026-000017'>,'order_id':<'0d5f8a1c-6f0e-4c6e-9d0a-3f6f3f1c2b7a'>,'evse_id':<'DE*ABC*E12345*1'>,'operator':<'ABC Energy'>,
 'started_at':<'2026-11-21T05:02:11.000Z'>,'ended_at':<'2026-11-21T05:31:40.000Z'>,'duration_s':<int64 1769>,'energy_wh':<int64 38412>,'meter_start_wh':<int64 1200340>,
 'meter_stop_wh':<int64 1238752>,'lines':<[{'type':<'FLAT'>,'cost_minor':<int64 50>},{'type':<'ENERGY'>,'cost_minor':<int64 1882>},{'type':<'TIME'>,'cost_minor':<int64 118>}]>,
 'sum_minor':<int64 2050>,'waived_minor':<int64 0>,'total_minor':<int64 2050>,'currency':<'EUR'>,'checked':<true>,'difference_minor':<int64 0>,'check':<'agrees'>}`;
const CONSENT = `{'confirm':<'tap'>,'max_cost_minor':<int64 5000>,'currency':<'EUR'>,'max_energy_wh':<int64 0>,'max_duration_s':<int64 0>}`;

const oneLine = (text) => text.replace(/\s*\n\s*/g, '');
const dict = (entries) => `{${Object.entries(entries).map(([key, value]) => `'${key}':<${value}>`).join(',')}}`;

export function pile({can = true, why = ''} = {}) {
    return PILE.replace('CAN', `${can}`).replace('WHY', why);
}

export function order({state = 'charging', cable = 'Charging', energy = 0, power = 0, soc = 20, cost = 50, started = new Date(Date.now() - 754000).toISOString(), id = '0d5f8a1c-6f0e-4c6e-9d0a-3f6f3f1c2b7a'} = {}) {
    return ORDER.replace('0d5f8a1c-6f0e-4c6e-9d0a-3f6f3f1c2b7a', id).replace('STATE', state).replace('CABLE', cable).replace('STARTED', started).replace('ENERGY', energy).replace('POWER', power)
        .replace('SOC', `${soc}.0`).replace('COST', cost);
}

// One snapshot; what is not given is an idle car in P.
export function snapshot(journey, given = {}) {
    return oneLine(`snapshot ${dict({
        version: "'0.1.0'", gear: "'P'", speed_kmh: '0.0', driving_state: "'parked'", journey_state: `'${journey}'`, camera_state: "'off'", server_state: "'online'",
        server_problem: "''", gear_problem: "''", faults: '@as []', notice: "''", pile: '@a{sv} {}', code: '@a{sv} {}', order: '@a{sv} {}', receipt: '@a{sv} {}',
        consent: CONSENT, ...given,
    })}`);
}

export const reversing = {gear: "'R'", speed_kmh: '3.0', driving_state: "'reversing'", camera_state: "'running'"};
export const moving = {gear: "'D'", speed_kmh: '30.0', driving_state: "'moving'"};
export const code = "{'evse_id':<'DE*ABC*E12345*1'>,'quad_px':<[402.0,150.0,498.0,154.0,496.0,250.0,401.0,246.0]>,'width_px':<uint32 640>,'height_px':<uint32 360>}";
export const history = oneLine(`history [${order({state: 'settled', energy: 38412, soc: 81, cost: 2050}).replace(/}$/, ",'total_minor':<int64 2050>}")},` +
    `${order({state: 'cancelled', energy: 0, cost: 0})}]`);
export const receipt = oneLine(`receipt ${RECEIPT}`);

// Around a car at 52.5, 13.4.
const near = ({n, free, status, bay = 'unknown', east, north, kw = 150, price = 0.49, noShow = 300}) =>
    `{'evse_id':<'DE*ABC*E1234${n}*1'>,'evse_key':<'DEABCE1234${n}1'>,'location':<'${['Garage Bay', 'Market Square', 'Station North, east entrance', 'Harbour', 'Old Town Car Park'][n % 5]} ${n}'>,` +
    `'operator':<'ABC Energy'>,'latitude':<${(52.5 + north / 111195).toFixed(6)}>,'longitude':<${(13.4 + east / 67692).toFixed(6)}>,` +
    `'distance_m':<int64 ${Math.round(Math.hypot(east, north))}>,'status':<'${status}'>,'bay':<'${bay}'>,'free':<${free}>,'connector':<'IEC_62196_T2_COMBO'>,'power_type':<'DC'>,` +
    `'max_power_w':<int64 ${kw * 1000}>,'currency':<'EUR'>,'flat':<0.5>,'per_kwh':<${price}>,'per_hour':<0.0>,'no_show_minor':<int64 ${noShow}>}`;
export const nearby = `[${[
    {n: 0, free: true, status: 'AVAILABLE', bay: 'free', east: 130, north: 90},
    {n: 1, free: false, status: 'BLOCKED', bay: 'occupied_not_plugged', east: -260, north: 180},
    {n: 2, free: false, status: 'CHARGING', east: 300, north: -420, kw: 50},
    {n: 3, free: true, status: 'AVAILABLE', east: -610, north: -380, kw: 300, price: 0.62},
    {n: 4, free: false, status: 'OUTOFORDER', east: 820, north: 540},
    {n: 5, free: true, status: 'AVAILABLE', east: 130, north: 90},
].map(near)}]`;
export const position = "{'latitude':<52.5>,'longitude':<13.4>}";
export const offers = "[{'offer_id':<'of-1'>,'state':<'open'>,'text':<'Quiet hour: a fifth off until half past ten. <b>Now</b>'>,'until':<'2026-11-21T10:30:00.000Z'>,'place':<'Harbour'>,'distance_m':<int64 719>,'discount_percent':<uint32 20>}," +
    "{'offer_id':<'of-2'>,'state':<'accepted'>,'text':<'Night price'>,'until':<'2026-11-21T23:00:00.000Z'>,'place':<'Garage Bay'>,'distance_m':<int64 158>,'discount_percent':<uint32 0>,'per_kwh':<0.29>,'currency':<'EUR'>}]";
export const reservation = (state, more = '') => `{'reservation_id':<'r-1'>,'evse_id':<'DE*ABC*E12340*1'>,'location':<'Garage Bay 0'>,'operator':<'ABC Energy'>,'state':<'${state}'>,'reason':<''>,` +
    `'until':<'2026-11-21T10:30:00.000Z'>,'no_show_minor':<int64 300>,'currency':<'EUR'>,'charged_minor':<int64 -1>${more}}`;
export const alternative = `,'alternative':<${near({n: 3, free: true, status: 'AVAILABLE', east: -610, north: -380, kw: 300})}>`;

export const offline = (state, more = '') => `{'state':<'${state}'>,'next':<'${{code_offered: 'ask_code', code: 'type_code'}[state] ?? 'wait_network'}'>${more}}`;
export const digits = ",'digits':<'1234-5678-9012-3456'>,'valid_until':<'2026-11-22T07:00:00.000Z'>,'max_energy_wh':<int64 40000>,'evse_id':<'DE*ABC*E12345*1'>,'handed':<'code'>,'link':<'away'>";
