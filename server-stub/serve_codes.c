/* The third part of serve_private.h: codes, vouchers, vehicle codes, and the desk's other calls to stations.
 */
#include "protocol/json_read.h"
#include "protocol/json_write.h"
#include "server-stub/desk_problem.h"
#include "server-stub/serve_private.h"
#include "server-stub/vehicle_code_input.h"

#define WATCH_S 2

static gint64 now_ms(void)
{
    return g_get_real_time() / 1000;
}

/* ---- the desk's calls ---- */

typedef struct {
    Desk *desk;
    DeskAnswer answer;
    gpointer answer_data; /* owned */
} Errand;

static void errand_free(gpointer data)
{
    Errand *errand = data;

    g_free(errand->answer_data);
    g_free(errand);
}

static void on_answered(const gchar *station_id, const OcppRpcEvent *event, gpointer data)
{
    const Errand *errand = data;

    errand->answer(errand->desk, station_id, event, now_ms(), errand->answer_data);
}

gboolean serve_on_call(const gchar *station_id, OcppAction action, JsonObject *payload, DeskAnswer answer,
                       gpointer answer_data, gpointer data)
{
    Server *self = data;
    Errand *errand = g_new0(Errand, 1);

    errand->desk = self->desk;
    errand->answer = answer;
    errand->answer_data = answer_data;
    return station_hub_call(self->hub, station_id, action, payload, STATION_CALLS_MS, on_answered, errand,
                            errand_free);
}

/* ---- cars ---- */

gboolean serve_issue_code(const gchar *vehicle_id, const OrderRequest *request, Order *order, gboolean *first,
                          WebProblem *problem, gpointer data)
{
    g_autoptr(GError) error = NULL;

    return desk_issue_code(((Server *)data)->desk, vehicle_id, request, now_ms(), order, first, &error) ||
           desk_problem(error, problem);
}

gboolean serve_issue_voucher(const gchar *vehicle_id, const VoucherRequest *request, VoucherAnswer *answer,
                             gboolean *first, WebProblem *problem, gpointer data)
{
    g_autoptr(GError) error = NULL;

    return desk_issue_voucher(((Server *)data)->desk, vehicle_id, request, now_ms(), answer, first, &error) ||
           desk_problem(error, problem);
}

gboolean serve_withdraw(const gchar *vehicle_id, const gchar *client_ref, Order *order, WebProblem *problem,
                        gpointer data)
{
    g_autoptr(GError) error = NULL;

    return desk_withdraw(((Server *)data)->desk, vehicle_id, client_ref, now_ms(), order, &error) ||
           desk_problem(error, problem);
}

/* ---- operator ---- */

static JsonNode *bad_field(WebProblem *problem, const gchar *detail)
{
    *problem = (WebProblem){400, "bad_field", ""};
    g_strlcpy(problem->detail, detail, sizeof problem->detail);
    return NULL;
}

static const gchar *read_code(JsonObject *body, VehicleCodeRow *row, GError **error)
{
    const gchar *vehicle_id = NULL, *type = NULL, *id_token = NULL, *station_id = NULL;
    const gchar *complaint;

    if (!json_read_string(body, "vehicle_id", JSON_REQUIRED, VEHICLE_ID_BYTES - 1, &vehicle_id, error) ||
        !json_read_string(body, "id_token", JSON_REQUIRED, ID_TOKEN_BYTES - 1, &id_token, error) ||
        !json_read_string(body, "type", JSON_OPTIONAL, 20, &type, error) ||
        !json_read_string(body, "station_id", JSON_OPTIONAL, STATION_ID_BYTES - 1, &station_id, error))
        return (*error)->message;
    complaint = vehicle_code_make(vehicle_id, type, id_token, station_id, now_ms(), row);
    if (complaint != NULL)
        return complaint;
    if (!json_read_time(body, "expires_at", JSON_OPTIONAL, &row->expires_ms, error) ||
        !json_read_int(body, "max_energy_wh", JSON_OPTIONAL, 1, TARIFF_MAX_ENERGY_WH, &row->max_energy_wh,
                       error) ||
        !json_read_int(body, "max_cost_minor", JSON_OPTIONAL, 1, MONEY_MAX_MINOR, &row->max_cost_minor,
                       error) ||
        !json_read_text(body, "currency", JSON_OPTIONAL, row->currency, sizeof row->currency, error))
        return (*error)->message;
    return vehicle_code_complaint(row);
}

/* Nothing of this name, or the store says why not. */
static JsonNode *not_found(const GError *error, const gchar *detail, WebProblem *problem)
{
    *problem = (WebProblem){404, "not_found", ""};
    g_strlcpy(problem->detail, detail, sizeof problem->detail);
    if (error != NULL)
        desk_problem(error, problem);
    return NULL;
}

JsonNode *serve_code_add(JsonObject *body, WebProblem *problem, gpointer data)
{
    Server *self = data;
    g_autoptr(GError) error = NULL;
    StationRow station;
    VehicleCodeRow row;
    const gchar *complaint = read_code(body, &row, &error);

    if (complaint != NULL)
        return bad_field(problem, complaint);
    if (row.station_id[0] != '\0' && !store_station(self->store, row.station_id, &station, &error))
        return not_found(error, "no such station", problem);
    if (!store_vehicle_code_add(self->store, &row, &error)) {
        if (g_error_matches(error, STORE_ERROR, STORE_ERROR_EXISTS))
            *problem = (WebProblem){409, "code_taken", "this token names a vehicle there already"};
        else if (g_error_matches(error, STORE_ERROR, STORE_ERROR_NOT_FOUND))
            *problem = (WebProblem){404, "not_found", "no such vehicle"};
        else
            desk_problem(error, problem);
        return NULL;
    }
    g_message("audit: operator adds code %s for %s", row.code_id, row.vehicle_id);
    desk_codes_changed(self->desk, now_ms());
    return json_write_node(vehicle_code_to_json(&row));
}

JsonNode *serve_code_block(const gchar *code_id, gboolean blocked, WebProblem *problem, gpointer data)
{
    Server *self = data;
    g_autoptr(GError) error = NULL;
    VehicleCodeRow row;

    if (!store_vehicle_code_block(self->store, code_id, blocked, &error)) {
        desk_problem(error, problem);
        return NULL;
    }
    if (!store_vehicle_code(self->store, code_id, &row, &error))
        return not_found(error, "no such code", problem);
    g_message("audit: operator %s code %s", blocked ? "blocks" : "unblocks", code_id);
    desk_codes_changed(self->desk, now_ms());
    return json_write_node(vehicle_code_to_json(&row));
}

gboolean serve_code_remove(const gchar *code_id, WebProblem *problem, gpointer data)
{
    Server *self = data;
    g_autoptr(GError) error = NULL;

    if (!store_vehicle_code_remove(self->store, code_id, &error))
        return desk_problem(error, problem);
    g_message("audit: operator removes code %s", code_id);
    desk_codes_changed(self->desk, now_ms());
    return TRUE;
}

/* A sub-command writes the same file: that shows in its version, and costs nothing while nobody writes. */
static gboolean on_watch(gpointer data)
{
    Server *self = data;
    gint64 version = store_data_version(self->store);

    if (version != self->data_version) {
        self->data_version = version;
        desk_codes_changed(self->desk, now_ms());
    }
    return G_SOURCE_CONTINUE;
}

void serve_codes_watch(Server *self)
{
    self->data_version = store_data_version(self->store);
    self->watch = g_timeout_add_seconds(WATCH_S, on_watch, self);
}
