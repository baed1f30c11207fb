#include "daemon/net/problem.h"

#include <string.h>

#include "protocol/json_gate.h"
#include "protocol/json_read.h"

G_DEFINE_QUARK(rearcharge - server - error - quark, server_error)

/* Codes become notices, log lines and D-Bus strings: only what a code looks like may pass. */
static gboolean is_code(const gchar *text)
{
    return text[0] != '\0' && text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

GError *problem_to_error(guint status, GBytes *body)
{
    gsize len = 0;
    const gchar *text = g_bytes_get_data(body, &len);
    g_autoptr(JsonObject) problem = len > 0 ? json_gate_parse_object(text, len, NULL) : NULL;
    gchar code[PROBLEM_CODE_BYTES] = "";
    /* in_flight: our own earlier attempt is still being worked on. */
    gboolean final;

    if (problem == NULL || !json_read_text(problem, "code", JSON_REQUIRED, code, sizeof code, NULL) ||
        !is_code(code))
        g_snprintf(code, sizeof code, "http_%u", status);
    final = status >= 400 && status < 500 && status != 408 && status != 425 && status != 429 &&
            !g_str_equal(code, "in_flight");
    return g_error_new_literal(SERVER_ERROR, final ? SERVER_ERROR_REFUSED : SERVER_ERROR_NOT_NOW, code);
}
