/* View: the daemon's snapshot as a page shows it, every word chosen. Pure: value in, JSON out.
 * The page only places texts; it decides nothing and knows no contract (docs/decisions/0402).
 *
 *   {"language":"en","title":..,"screen":"parked","gear":"P","headline":"Charging","advice":"You may leave
 * ..", "tone":"active","settable":true, "badge":{"text":..,"price":..,"trust":..,"tone":..}|null, reversing
 * only "code":{"points":"1,2 3,4 5,6 7,8","width":640,"height":480}|null
 *    "notices":[{"text":..,"todo":..,"detail":..,"tone":..}],
 *    "action":{"name":"order","label":..,"hint":..,"hold":true}|null,
 *    "live":{"percent":63?,"tiles":[{"label":..,"value":..,"unit":..}],"curve":[[0,48.2],..],"max_kw":50}|null,
 *    "cards":[{"id":"pile","title":..,"rows":[{"label":..,"value":..,"tone":..}]}],
 *    "links":[{"id":"camera","text":..,"tone":..}],
 *    "reservation":.., "around":.., see around.h; "digits":.. of offline.h
 *    "consent":{"confirm":"tap","max_cost_minor":5000,"currency":"EUR",..}|null,
 *    "state":{the whole snapshot, for other programs}}
 *
 * tone: "calm", "active", "good", "attention", "bad"; of a row also "", "soft" and "strong". A car that is
 * not parked gets no cards: there is nothing to read.
 */
#pragma once

#include "ui-bridge/view/curve.h"
#include "ui-bridge/view/words.h"

typedef struct {
    GVariant *snapshot; /* (nullable): a{sv}, Snapshot of org.rearcharge.RearCharge1; NULL: no daemon */
    const Curve *curve; /* (nullable) */
    gint64 now_ms;      /* Unix; for what has elapsed */
} ViewInput;

/* Returns: (transfer full): one line of JSON */
gchar *view_print(const ViewInput *input, WordsLanguage language);

/* @receipt: a{sv} of GetReceipt. Returns: (transfer full): {"language":..,"card":{a card}} */
gchar *view_print_receipt(GVariant *receipt, WordsLanguage language);

/* @orders: aa{sv} of GetHistory. Returns: (transfer full): {"language":..,"orders":[{"order_id":..,"date":
 * "2026-11-21 05:30","place":..,"state":..,"energy":..,"soc":..,"cost":..,"receipt":true}]} */
gchar *view_print_history(GVariant *orders, WordsLanguage language);

/* The same for spreadsheets (RFC 4180): one row an order, numbers with units in the names of the columns. A
 * field that a spreadsheet would take for a formula gets an apostrophe. Returns: (transfer full) */
gchar *view_print_csv(GVariant *orders);
