/* Station: the local authorization list and the authorization cache, as the CSMS fills and empties them (OCPP
 * 2.0.1 part 2, C10-C11, D01-D02).
 */
#include "pile-sim/model/station_internal.h"
#include "protocol/ocpp_local_list.h"

#include <string.h>

void station_send_local_list(Station *self, JsonObject *payload, StationTime now, GArray *effects)
{
    g_autoptr(GError) error = NULL;
    g_auto(OcppSendLocalListRequest) request = {0};
    OcppSendLocalListStatus status = OCPP_SEND_LOCAL_LIST_FAILED;
    g_autofree gchar *text = station_text(payload);
    const gchar *why = "the list is not enabled";

    ocpp_send_local_list_request_init(&request);
    /* D01.FR.11 */
    if ((gint64)strlen(text) > variables_get_int(&self->variables, VARIABLE_LOCAL_LIST_BYTES_PER_MESSAGE)) {
        effects_refuse(effects, OCPP_ERROR_FORMAT_VIOLATION, "more than BytesPerMessage");
        return;
    }
    if (!ocpp_send_local_list_request_from_json(payload, &request, &error)) {
        station_refuse(effects, error);
        return;
    }
    if ((gint64)request.entries->len >
        variables_get_int(&self->variables, VARIABLE_LOCAL_LIST_ITEMS_PER_MESSAGE)) {
        effects_refuse(effects, OCPP_ERROR_OCCURRENCE_CONSTRAINT, "more items than ItemsPerMessage");
        return;
    }
    if (variables_get_boolean(&self->variables, VARIABLE_LOCAL_LIST_ENABLED))
        status = local_list_update(&self->offline.list, &request, self->offline.device.key, &why);
    if (status == OCPP_SEND_LOCAL_LIST_ACCEPTED)
        effects_note(effects, "local list: version %d, %u ids", self->offline.list.version,
                     id_book_size(&self->offline.list.book));
    else
        effects_note(effects, "local list: version %d refused: %s", request.version_number, why);
    self->offline.list_changed |= status == OCPP_SEND_LOCAL_LIST_ACCEPTED;
    effects_answer(effects, ocpp_status_to_json(ocpp_send_local_list_status_names, status, NULL));
}

void station_get_local_list_version(Station *self, JsonObject *payload, StationTime now, GArray *effects)
{
    OcppGetLocalListVersionResponse answer = {0};

    if (variables_get_boolean(&self->variables, VARIABLE_LOCAL_LIST_ENABLED)) /* D02.FR.02 */
        answer.version_number = local_list_version(&self->offline.list);
    effects_answer(effects, ocpp_get_local_list_version_response_to_json(&answer));
}

void station_clear_cache(Station *self, JsonObject *payload, StationTime now, GArray *effects)
{
    gboolean enabled = variables_get_boolean(&self->variables, VARIABLE_AUTH_CACHE_ENABLED); /* C11.FR.04 */

    if (enabled)
        self->offline.cache_changed |= id_book_shrink(&self->offline.cache, 0);
    effects_answer(effects, ocpp_status_to_json(ocpp_generic_status_names, enabled ? 0 : 1, NULL));
}

void station_cache(Station *self, const OcppIdToken *token, const OcppIdTokenInfo *info, StationTime now)
{
    OcppIdTokenInfo kept = *info;
    gint64 lifetime_s = variables_get_int(&self->variables, VARIABLE_AUTH_CACHE_LIFETIME);
    gchar hash[SEAL_ID_BYTES];

    if (!info->present || !variables_get_boolean(&self->variables, VARIABLE_AUTH_CACHE_ENABLED))
        return;
    if (kept.cache_expiry_ms == 0 && lifetime_s > 0) /* C10.FR.08 */
        kept.cache_expiry_ms = time_floor_ms(&self->offline.floor, now.boot_ms) + lifetime_s * 1000;
    seal_id(self->offline.device.key, token, hash);
    id_book_put(&self->offline.cache, hash, &kept);
    id_book_shrink(&self->offline.cache, STATION_CACHE_ENTRIES);
    self->offline.cache_changed = TRUE;
}
