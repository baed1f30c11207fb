/* What rearchargectl asks and says about bays. Pure: dictionaries in, text out. */
#pragma once

#include <glib.h>

/* "radius_m=3000", "free_now=true" ... Returns: (transfer floating) (nullable): the arguments of FindPiles;
 * NULL: said what is wrong */
GVariant *ctl_find_query(const gchar *const *words);

/* (transfer full): aa{sv} of FindPiles and of GetReservations */
gchar *ctl_report_piles(GVariant *piles);
gchar *ctl_report_reservations(GVariant *reservations);
