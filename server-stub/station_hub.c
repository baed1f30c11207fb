#include "server-stub/station_hub.h"

#include "protocol/ocpp_strike.h"
#include "server-stub/bay_round.h"
#include "server-stub/http/station_line.h"
#include "server-stub/model/csms.h"
#include "server-stub/station_calls.h"
#include "server-stub/station_messages.h"

#include <string.h>

typedef struct {
    StationHub *hub;
    gchar *station_id;
    StationLine *line;
    gboolean boot_accepted; /* as the register has it */
    gboolean ready;
    guint quiet;         /* GSource id */
    guint ask_bays;      /* GSource id */
    WebRequest *waiting; /* a second connection, until the first is known to be dead or alive */
    guint probe;         /* GSource id */
    StationCalls *calls;
} Station;

struct _StationHub {
    Store *store;
    OcppLog *log;
    Desk *desk;
    const StationHubWatch *watch; /* (nullable) */
    gpointer watch_data;
    GHashTable *stations; /* id -> Station (owned until its line is closed) */
    GroupCommit *group;   /* (nullable) */
};

static gint64 now_ms(void)
{
    return g_get_real_time() / 1000;
}

static void open_line(StationHub *self, WebRequest *request, const gchar *station_id);

static void tell_watch(StationHub *self, const gchar *station_id, const gchar *transaction_id)
{
    if (self->watch != NULL)
        self->watch->changed(station_id, transaction_id, self->watch_data);
}

/* A call that was answered well: which transaction did it change? */
static const gchar *transaction_of(OcppAction action, JsonObject *payload)
{
    if (action != OCPP_ACTION_TRANSACTION_EVENT)
        return NULL;
    return json_object_get_string_member(json_object_get_object_member(payload, "transactionInfo"),
                                         "transactionId");
}

static gboolean on_ask_bays(gpointer data)
{
    Station *station = data;

    station->ask_bays = 0;
    bay_round_ask(station->hub, station->hub->desk, station->station_id);
    return G_SOURCE_REMOVE;
}

/* A station that has booted tells its bays by itself; one that only reconnects need not. */
static void ask_bays_soon(Station *station)
{
    if (station->ask_bays == 0)
        station->ask_bays = g_timeout_add(STATION_HUB_QUIET_MS, on_ask_bays, station);
}

static void become_ready(Station *station)
{
    if (station->ready || !station->boot_accepted)
        return;
    station->ready = TRUE;
    if (station->quiet != 0)
        g_source_remove(station->quiet);
    station->quiet = 0;
    station_line_boot_accepted(station->line);
    g_message("station %s is ready", station->station_id);
    tell_watch(station->hub, station->station_id, NULL);
    desk_station_ready(station->hub->desk, station->station_id, now_ms());
    ask_bays_soon(station);
}

static gboolean on_quiet(gpointer data)
{
    Station *station = data;

    station->quiet = 0;
    become_ready(station);
    return G_SOURCE_REMOVE;
}

/* A call of a station whose answer waits for the commit of what it brought. */
typedef struct {
    Station *station;
    OcppAction action;
    gchar id[OCPP_MESSAGE_ID_BYTES];
    JsonObject *payload; /* owned */
    JsonObject *answer;  /* owned (nullable): NULL: refused */
    GError *error;       /* owned (nullable) */
    gboolean ask_bays;
} HeardCall;

static void refuse_call(const HeardCall *call, const GError *error)
{
    g_message("station %s: %s refused: %s", call->station->station_id, ocpp_action_name(call->action),
              error->message);
    station_line_answer_error(call->station->line, call->id, error);
}

/* Everything that the world may see of a call comes after its commit. */
static void conclude_call(HeardCall *call)
{
    Station *station = call->station;
    StationRow row;

    station_line_answer(station->line, call->id, g_steal_pointer(&call->answer));
    if (call->action == OCPP_ACTION_BOOT_NOTIFICATION) {
        station->boot_accepted =
            store_station(station->hub->store, station->station_id, &row, NULL) && row.boot_accepted;
        /* What it had in hand before the reboot is asked for again. */
        station->ready = FALSE;
    }
    become_ready(station);
    if (call->ask_bays)
        ask_bays_soon(station);
    if (station->hub->watch != NULL)
        station->hub->watch->heard(station->station_id, call->action, call->payload,
                                   station->hub->watch_data);
    if (call->action != OCPP_ACTION_HEARTBEAT)
        tell_watch(station->hub, station->station_id, transaction_of(call->action, call->payload));
}

static void on_stored(gboolean committed, gpointer data)
{
    g_autofree HeardCall *call = data;

    if (call->answer == NULL) {
        refuse_call(call, call->error);
    } else if (committed) {
        conclude_call(call);
    } else {
        const GError lost = {STORE_ERROR, STORE_ERROR_FULL, (gchar *)"not stored"};

        refuse_call(call, &lost); /* the station keeps the message and sends it again */
    }
    g_clear_pointer(&call->answer, json_object_unref);
    g_clear_error(&call->error);
    json_object_unref(call->payload);
}

static void on_call(StationLine *line, OcppAction action, const gchar *id, JsonObject *payload, gpointer data)
{
    Station *station = data;
    StationHub *self = station->hub;
    StationContext context = {self->store, self->desk, station->station_id, now_ms(), FALSE};
    HeardCall *call = g_new0(HeardCall, 1);

    call->station = station;
    call->action = action;
    g_strlcpy(call->id, id, sizeof call->id);
    call->payload = json_object_ref(payload);
    if (action != OCPP_ACTION_HEARTBEAT && self->group != NULL) /* it stores nothing */
        group_commit_join(self->group);
    if (csms_admits(action, station->boot_accepted, &call->error))
        call->answer = station_messages_answer(&context, action, payload, &call->error);
    call->ask_bays = context.ask_bays;
    /* A Heartbeat waits for nobody; neither does anything while no group is open. */
    if (self->group != NULL && action != OCPP_ACTION_HEARTBEAT)
        group_commit_after(self->group, on_stored, call);
    else
        on_stored(TRUE, call);
}

static void on_outcome(StationLine *line, const OcppRpcEvent *event, gpointer data)
{
    Station *station = data;

    /* Nobody repeats the answer to a call of ours: what it makes us store must not be lost with a group. */
    if (station->hub->group != NULL)
        group_commit_flush(station->hub->group);
    station_calls_outcome(station->calls, event);
}

static void send_call(OcppAction action, JsonObject *payload, gint64 timeout_ms, guint64 tag, gpointer data)
{
    station_line_call(((Station *)data)->line, action, payload, timeout_ms, tag);
}

static void on_message(StationLine *line, gboolean received, const gchar *text, gsize len, gpointer data)
{
    Station *station = data;
    g_autofree gchar *struck = ocpp_strike(text, len);

    if (struck != NULL) {
        text = struck;
        len = strlen(struck);
    }
    ocpp_log_write(station->hub->log, station->station_id, received, text, len, now_ms());
    if (station->hub->watch != NULL)
        station->hub->watch->message(station->station_id, received, text, len, station->hub->watch_data);
}

static void station_free(Station *station)
{
    if (station->quiet != 0)
        g_source_remove(station->quiet);
    if (station->ask_bays != 0)
        g_source_remove(station->ask_bays);
    if (station->probe != 0)
        g_source_remove(station->probe);
    g_clear_pointer(&station->waiting, web_request_unref);
    station_calls_free(station->calls);
    g_free(station->station_id);
    g_free(station);
}

static void on_closed(StationLine *line, guint code, gpointer data)
{
    Station *station = data;
    StationHub *self = station->hub;
    g_autoptr(WebRequest) waiting = g_steal_pointer(&station->waiting);
    g_autofree gchar *station_id = g_strdup(station->station_id);

    if (self->group != NULL)
        group_commit_flush(self->group); /* an answer of this station may wait */
    g_message("station %s is gone (%u)", station_id, code);
    g_hash_table_remove(self->stations, station_id);
    station_free(station);
    desk_station_gone(self->desk, station_id);
    tell_watch(self, station_id, NULL);
    if (waiting != NULL)
        open_line(self, waiting, station_id);
}

static void open_line(StationHub *self, WebRequest *request, const gchar *station_id)
{
    static const StationLinePorts ports = {on_call, on_outcome, on_message, on_closed};
    Station *station = g_new0(Station, 1);
    StationRow row;

    station->hub = self;
    station->station_id = g_strdup(station_id);
    station->calls = station_calls_new(station_id, send_call, station);
    station->line =
        station_line_open(request, csms_served, csms_n_served, STATION_HUB_PING_S, &ports, station);
    if (station->line == NULL) {
        station_free(station);
        return;
    }
    g_hash_table_insert(self->stations, station->station_id, station);
    g_message("station %s is connected from %s", station_id, station_line_peer(station->line));
    desk_station_connected(self->desk, station_id, now_ms());
    tell_watch(self, station_id, NULL);
    station->boot_accepted = store_station(self->store, station_id, &row, NULL) && row.boot_accepted;
    if (station->boot_accepted)
        station->quiet = g_timeout_add(STATION_HUB_QUIET_MS, on_quiet, station);
}

static gboolean on_probe_over(gpointer data)
{
    Station *station = data;

    station->probe = 0;
    g_warning("station %s: a second connection was refused, the first is alive", station->station_id);
    web_reply_problem(station->waiting, 409, "already_connected", "this station is connected");
    g_clear_pointer(&station->waiting, web_request_unref);
    return G_SOURCE_REMOVE;
}

void station_hub_enter(StationHub *self, WebRequest *request, const gchar *station_id)
{
    Station *station = g_hash_table_lookup(self->stations, station_id);

    if (station == NULL) {
        open_line(self, request, station_id);
        return;
    }
    if (station->waiting != NULL) {
        web_reply_header(request, "Retry-After", "5");
        web_reply_problem(request, 429, "too_many", "another connection of this station is being judged");
        return;
    }
    station->waiting = web_request_ref(request);
    station->probe = g_timeout_add(STATION_HUB_PROBE_MS + 500, on_probe_over, station);
    station_line_probe(station->line, STATION_HUB_PROBE_MS);
}

StationHub *station_hub_new(Store *store, OcppLog *log)
{
    StationHub *self = g_new0(StationHub, 1);

    self->store = store;
    self->log = log;
    self->stations = g_hash_table_new(g_str_hash, g_str_equal);
    return self;
}

/* The lines are still open when the process ends; the kernel closes them. */
void station_hub_free(StationHub *self)
{
    if (self == NULL)
        return;
    g_hash_table_unref(self->stations);
    g_free(self);
}

void station_hub_set_desk(StationHub *self, Desk *desk)
{
    self->desk = desk;
}

void station_hub_set_group(StationHub *self, GroupCommit *group)
{
    self->group = group;
}

void station_hub_set_watch(StationHub *self, const StationHubWatch *watch, gpointer data)
{
    self->watch = watch;
    self->watch_data = data;
}

gboolean station_hub_is_connected(StationHub *self, const gchar *station_id)
{
    return g_hash_table_contains(self->stations, station_id);
}

gboolean station_hub_is_reachable(StationHub *self, const gchar *station_id)
{
    const Station *station = g_hash_table_lookup(self->stations, station_id);

    return station != NULL && station->ready;
}

guint station_hub_n_connected(StationHub *self)
{
    return g_hash_table_size(self->stations);
}

gboolean station_hub_call(StationHub *self, const gchar *station_id, OcppAction action, JsonObject *payload,
                          gint64 timeout_ms, StationCallsAnswer answer, gpointer data, GDestroyNotify destroy)
{
    Station *station = g_hash_table_lookup(self->stations, station_id);

    if (station == NULL || !station->ready) {
        json_object_unref(payload);
        if (destroy != NULL)
            destroy(data);
        return FALSE;
    }
    station_calls_make(station->calls, action, payload, timeout_ms, answer, data, destroy);
    return TRUE;
}

void station_hub_start(StationHub *self, const OrderRow *order)
{
    Station *station = g_hash_table_lookup(self->stations, order->station_id);

    if (station != NULL)
        station_calls_start(station->calls, self->desk, order);
}

void station_hub_stop(StationHub *self, const gchar *station_id, const gchar *transaction_id)
{
    Station *station = g_hash_table_lookup(self->stations, station_id);

    if (station != NULL)
        station_calls_stop(station->calls, transaction_id);
}
