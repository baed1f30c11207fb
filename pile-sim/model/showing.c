#include "pile-sim/model/showing.h"

#include "base/identifier.h"
#include "protocol/json_read.h"

gboolean showing_kind_from_path(const gchar *path, ShowingKind *kind)
{
    static const struct {
        const gchar *path;
        ShowingKind kind;
    } paths[] = {
        {"/local/v1/identify", SHOWING_ID},     {"/local/v1/code", SHOWING_CODE},
        {"/local/v1/voucher", SHOWING_VOUCHER}, {"/local/v1/voucher/answer", SHOWING_ANSWER},
        {"/sim/identify", SHOWING_ID},          {"/sim/keypad", SHOWING_CODE},
    };

    for (guint i = 0; i < G_N_ELEMENTS(paths); i++) {
        if (g_str_equal(path, paths[i].path)) {
            *kind = paths[i].kind;
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean read_id(JsonObject *body, OcppIdToken *token, GError **error)
{
    guint type = OCPP_ID_TOKEN_CENTRAL;

    if (!json_read_text(body, "id_token", JSON_REQUIRED, token->id_token, sizeof token->id_token, error) ||
        !json_read_enum(body, "type", JSON_OPTIONAL, ocpp_id_token_type_names, &type, error))
        return FALSE;
    if (type != OCPP_ID_TOKEN_CENTRAL && type != OCPP_ID_TOKEN_EMAID && type != OCPP_ID_TOKEN_MAC_ADDRESS) {
        g_set_error_literal(error, JSON_READ_ERROR, JSON_READ_ERROR_VALUE,
                            "type: want Central, eMAID or MacAddress");
        return FALSE;
    }
    if (!identifier_is_valid(token->id_token, sizeof token->id_token - 1)) {
        g_set_error_literal(error, JSON_READ_ERROR, JSON_READ_ERROR_VALUE,
                            "id_token: want 1 to 36 letters, digits or * - _ = : + | @ .");
        return FALSE;
    }
    token->type = type;
    token->present = TRUE;
    return TRUE;
}

gboolean showing_from_json(ShowingKind kind, JsonObject *body, Showing *showing, GError **error)
{
    Showing read = {.kind = kind};
    gboolean good = FALSE;

    switch (kind) {
    case SHOWING_ID:
        good = read_id(body, &read.id_token, error);
        break;
    case SHOWING_CODE:
        good = json_read_text(body, "code", JSON_REQUIRED, read.code, sizeof read.code, error) &&
               json_read_text(body, "order_id", JSON_OPTIONAL, read.order_id, sizeof read.order_id, error);
        if (good && read.order_id[0] != '\0' &&
            !identifier_is_valid(read.order_id, sizeof read.order_id - 1)) {
            g_set_error_literal(error, JSON_READ_ERROR, JSON_READ_ERROR_VALUE, "order_id: no identifier");
            good = FALSE;
        }
        break;
    case SHOWING_VOUCHER:
        good = json_read_text(body, "voucher", JSON_REQUIRED, read.voucher, sizeof read.voucher, error);
        break;
    default:
        good = json_read_text(body, "voucher_id", JSON_REQUIRED, read.voucher_id, sizeof read.voucher_id,
                              error) &&
               json_read_text(body, "answer", JSON_REQUIRED, read.answer, sizeof read.answer, error);
        break;
    }
    if (good)
        *showing = read;
    return good;
}
