/* Around: charging points near the car, offers there and the reservation, as the page shows them. Pure.
 *
 *   "around":null|{"piles":[{"evse":"DE*ABC*E12345*1","place":..,"operator":..,"distance":"420
 * m","east_m":120,"north_m":-400, "power":"DC 150 kW","connector":"CCS 2","price":"0.49 EUR/kWh","fees":"+
 * 0.50 EUR to start","no_show":"5.00 EUR", "status":"free","tone":"good","free":true,"mine":false}],
 *     "offers":[{"id":..,"text":..,"where":"Garage Bay, 420 m","until":"10:30","price":"-20
 * %","accepted":false}]}
 *   "reservation":null|{"state":"held","title":..,"advice":..,"tone":..,"evse":..,"open":true}
 *
 * Lists are for a parked car only: east_m and north_m count from the vehicle where it is known, else from the
 * middle of the list.
 */
#pragma once

#include "ui-bridge/view/view_json.h"

void around_put(View *view, GVariant *snapshot, gboolean parked);
void around_put_reservation(View *view, GVariant *snapshot);
/* What cards holds of it. @snapshot: with a reservation */
void around_put_reservation_card(View *view, GVariant *snapshot);

/* {"radius_m":1..100000,"free_now":true,"min_power_w":..,"connector":..,"max_price":..}, all optional, into
 * the argument of FindPiles with "watch" set. Returns: (transfer full) (nullable): not floating a{sv}; NULL
 * with an error that names the field */
GVariant *around_query(const gchar *text, gsize len, GError **error);
/* {"evse":"DE*ABC*E12345*1"} Returns: (transfer full) (nullable): NULL with an error */
gchar *around_evse(const gchar *text, gsize len, GError **error);
