/* OCPP strike: secrets out of a message before a log or a page shows it (WriteOnly variables of
 * SetVariables). */
#pragma once

#include <glib.h>

/* @text: (array length=len): a message as it went over the wire. Returns: (transfer full) (nullable): the
 * same with every attributeValue struck out, when one of them sets a secret; NULL: @text has no secret */
gchar *ocpp_strike(const gchar *text, gsize len);
