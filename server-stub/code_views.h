/* Views of codes, lists and vouchers for the operator (operator_views.h). */
#pragma once

#include "server-stub/operator_views.h"

/* Each: (transfer full) (nullable) */
JsonNode *view_codes(const OperatorContext *c, gint64 now_ms, GError **error);
JsonNode *view_local_lists(const OperatorContext *c, gint64 now_ms, GError **error);
JsonNode *view_offline_codes(const OperatorContext *c, gint64 now_ms, GError **error);
JsonNode *view_vouchers(const OperatorContext *c, gint64 now_ms, GError **error);
