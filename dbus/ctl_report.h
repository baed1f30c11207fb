/* Ctl report: the daemon's state in words for a person at a terminal. Pure: values in, text out.
 * What came from outside (names, texts) loses its control characters, so that no pile can write to the
 * terminal.
 */
#pragma once

#include <glib.h>

/* @snapshot: a{sv} of org.rearcharge.RearCharge1. Returns: (transfer full): several lines */
gchar *ctl_report_status(GVariant *snapshot);
/* Returns: (transfer full): one line without its end, for "watch" */
gchar *ctl_report_line(GVariant *snapshot);
/* @orders: aa{sv} of GetHistory. (transfer full): one line an order */
gchar *ctl_report_history(GVariant *orders);
/* @receipt: a{sv} of GetReceipt. (transfer full) */
gchar *ctl_report_receipt(GVariant *receipt);
