/* Offline: what the driver can do while the charging point, the car or both have no network. Pure.
 *
 *   "digits":["1234","5678","9012","3456"]   to be typed at the charging point; empty otherwise
 */
#pragma once

#include "ui-bridge/view/view_json.h"

/* The word of the headline, "offline_code" and so on; NULL while the journey itself has more to say. */
const gchar *offline_headline(GVariant *snapshot);
void offline_put_digits(View *view, GVariant *snapshot);
/* Card: what was handed over, how long the code is good, what happens next. Nothing without an offline state.
 */
void offline_put_card(View *view, GVariant *snapshot);
