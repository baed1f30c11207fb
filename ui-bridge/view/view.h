/* View: the daemon's snapshot as a page shows it, every word chosen. Pure: value in, JSON out.
 * The page only places texts; it decides nothing and knows no contract.
 *
 *   {"language":"en","headline":"Charging","advice":"You may leave the car.","tone":"active",
 *    "cards":[{"id":"order","title":"Charge","percent":63?,"rows":[{"label":"Power","value":"48.2
 * kW","tone":""}]}], "state":{the whole snapshot}}
 *
 * tone: "calm", "active", "good", "attention", "bad"; of a row also "", "soft" and "strong".
 */
#pragma once

#include "ui-bridge/view/words.h"

/**
 * view_print:
 * @snapshot: (nullable): a{sv}, Snapshot of org.rearcharge.RearCharge1; %NULL: no daemon. Keys of a wrong
 * type count as absent.
 *
 * Returns: (transfer full): one line of JSON
 */
gchar *view_print(GVariant *snapshot, WordsLanguage language);
