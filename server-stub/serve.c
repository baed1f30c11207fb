#include "server-stub/serve.h"

#include "server-stub/secret.h"
#include "server-stub/serve_private.h"
#include "server-stub/vehicle_events.h"
#include "service/notify_socket.h"
#include "service/watchdog.h"

#include <gio/gio.h>
#include <glib-unix.h>
#include <stdio.h>

#define MAX_FAILURES 5
#define FAILURE_WINDOW_MS (60 * 1000)
#define LAST_TURNS 200 /* of the loop, when the server ends */

static gint64 now_ms(void)
{
    return g_get_real_time() / 1000;
}

/* Desk -> world */

static gboolean on_reachable(const gchar *station_id, gpointer data)
{
    return station_hub_is_reachable(((Server *)data)->hub, station_id);
}

static void on_start(const OrderRow *row, gpointer data)
{
    station_hub_start(((Server *)data)->hub, row);
}

static void on_stop(const gchar *station_id, const gchar *transaction_id, gpointer data)
{
    station_hub_stop(((Server *)data)->hub, station_id, transaction_id);
}

static void on_changed(const OrderRow *row, gpointer data)
{
    Server *self = data;
    OperatorFeed *feed = web_front_operator_feed(self->front);

    web_front_vehicle_changed(self->front, row->vehicle_id);
    operator_feed_mark(feed, OPERATOR_ORDER, row->order.order_id);
    operator_feed_mark(feed, OPERATOR_STATION, row->station_id); /* its EVSE is taken or free */
    if (self->control != NULL)                                   /* NULL: while the server comes up */
        control_desk_station_changed(self->control, row->station_id);
}

static gboolean on_deadline(gpointer data)
{
    Server *self = data;

    self->deadline = 0;
    desk_tick(self->desk, now_ms());
    return G_SOURCE_REMOVE;
}

/* One timer for the next due thing. A deadline far away is looked at again after an hour, because the wall
 * clock may be set meanwhile. */
static void on_rearm(gint64 due_ms, gpointer data)
{
    Server *self = data;

    if (self->deadline != 0)
        g_source_remove(self->deadline);
    self->deadline = due_ms == G_MAXINT64
                         ? 0
                         : g_timeout_add((guint)CLAMP(due_ms - now_ms(), 0, 3600 * 1000), on_deadline, self);
}

static gboolean on_rearm_now(gpointer data)
{
    Server *self = data;

    self->rearm = 0;
    on_rearm(desk_next_due_ms(self->desk), self);
    return G_SOURCE_REMOVE;
}

static gboolean on_rearm_later(gpointer data)
{
    Server *self = data;

    if (self->rearm == 0)
        self->rearm = g_idle_add_full(G_PRIORITY_DEFAULT, on_rearm_now, self, NULL);
    return TRUE;
}

/* Web front -> desk */

static gboolean front_scan(const gchar *vehicle_id, const ScanRequest *request, ScanAnswer *answer,
                           WebProblem *problem, gpointer data)
{
    g_autoptr(GError) error = NULL;

    return desk_scan(((Server *)data)->desk, vehicle_id, request, now_ms(), answer, &error) ||
           desk_problem(error, problem);
}

static gboolean front_place(const gchar *vehicle_id, const OrderRequest *request, gchar **answer,
                            gboolean *first, WebProblem *problem, gpointer data)
{
    g_autoptr(GError) error = NULL;

    return desk_place(((Server *)data)->desk, vehicle_id, request, now_ms(), answer, first, &error) ||
           desk_problem(error, problem);
}

static gboolean front_order(const gchar *vehicle_id, const gchar *order_id, Order *order, WebProblem *problem,
                            gpointer data)
{
    g_autoptr(GError) error = NULL;

    return desk_order(((Server *)data)->desk, vehicle_id, order_id, order, &error) ||
           desk_problem(error, problem);
}

static gboolean front_stop(const gchar *vehicle_id, const gchar *order_id, Order *order, WebProblem *problem,
                           gpointer data)
{
    g_autoptr(GError) error = NULL;

    return desk_stop(((Server *)data)->desk, vehicle_id, order_id, now_ms(), order, &error) ||
           desk_problem(error, problem);
}

static GArray *snapshots(GArray *rows)
{
    GArray *orders = g_array_sized_new(FALSE, FALSE, sizeof(Order), rows->len);

    for (guint i = 0; i < rows->len; i++)
        g_array_append_val(orders, g_array_index(rows, OrderRow, i).order);
    return orders;
}

static GArray *front_orders(const gchar *vehicle_id, guint limit, WebProblem *problem, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) rows = store_orders_of(((Server *)data)->store, vehicle_id, limit, &error);

    if (rows == NULL) {
        desk_problem(error, problem);
        return NULL;
    }
    return snapshots(rows);
}

static GPtrArray *front_events_since(const gchar *vehicle_id, gint64 event_seq, guint limit, gpointer data)
{
    g_autoptr(GError) error = NULL;
    GPtrArray *events =
        vehicle_events_since(((Server *)data)->store, vehicle_id, event_seq, now_ms(), limit, &error);

    if (events == NULL)
        g_warning("events of %s: %s", vehicle_id, error->message);
    return events;
}

static gint64 front_newest_event(const gchar *vehicle_id, gpointer data)
{
    g_autoptr(GError) error = NULL;
    gint64 newest = store_last_event_seq(((Server *)data)->store, vehicle_id, &error);

    return error == NULL ? newest : -1;
}

static void on_station_changed(const gchar *station_id, const gchar *transaction_id, gpointer data)
{
    OperatorFeed *feed = web_front_operator_feed(((Server *)data)->front);

    control_desk_station_changed(((Server *)data)->control, station_id);
    operator_feed_mark(feed, OPERATOR_STATION, station_id);
    if (transaction_id != NULL)
        operator_feed_mark(feed, OPERATOR_TRANSACTION, transaction_id);
}

static void on_station_message(const gchar *station_id, gboolean received, const gchar *text, gsize len,
                               gpointer data)
{
    Server *self = data;

    operator_desk_message(self->operator_desk, station_id, received, text, len);
    operator_feed_messages(web_front_operator_feed(self->front));
}

static void on_station_heard(const gchar *station_id, OcppAction action, JsonObject *payload, gpointer data)
{
    control_desk_heard(((Server *)data)->control, station_id, action, payload);
}

static const DeskPorts desk_ports = {.reachable = on_reachable,
                                     .start = on_start,
                                     .stop = on_stop,
                                     .changed = on_changed,
                                     .rearm = on_rearm,
                                     .rearm_later = on_rearm_later,
                                     .reserve = serve_on_reserve,
                                     .release = serve_on_release,
                                     .reservation_changed = serve_on_reservation_changed,
                                     .evse_changed = serve_on_evse_changed,
                                     .instead_of = serve_on_instead_of,
                                     .call = serve_on_call};
static const StationHubWatch hub_watch = {on_station_changed, on_station_message, on_station_heard};
static const WebFrontPorts front_ports = {.vehicle_of = serve_vehicle_of,
                                          .scan = front_scan,
                                          .place = front_place,
                                          .order = front_order,
                                          .stop = front_stop,
                                          .orders = front_orders,
                                          .events = {front_events_since, front_newest_event},
                                          .places = SERVE_LOCATION_PORTS,
                                          .codes = SERVE_CODE_PORTS,
                                          .station_knocks = serve_station_knocks,
                                          .station_enters = serve_station_enters,
                                          .try_wait_ms = serve_try_wait_ms,
                                          .try_failed = serve_try_failed};

/* (transfer full) (nullable). GLib takes a file without any certificate for an empty list of trust. */
static GTlsDatabase *read_ca(const gchar *file, GError **error)
{
    GList *certificates = g_tls_certificate_list_new_from_file(file, error);

    if (certificates == NULL) {
        if (error != NULL && *error == NULL)
            g_set_error(error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, "%s: no certificate in it", file);
        return NULL;
    }
    g_list_free_full(certificates, g_object_unref);
    return g_tls_file_database_new(file, error);
}

static gboolean listen_on(Server *self, const ServeOptions *options, GError **error)
{
    BoundedServer *server = web_front_server(self->front);
    g_autoptr(GTlsDatabase) client_ca = NULL;

    bounded_server_set_request_rate(server, (guint)options->request_rate, BOUNDED_SERVER_BURST);
    for (guint i = 0; options->allow_hosts != NULL && options->allow_hosts[i] != NULL; i++)
        bounded_server_allow_host(server, options->allow_hosts[i]);
    if (options->tls_cert != NULL) {
        g_autoptr(GTlsCertificate) certificate =
            g_tls_certificate_new_from_files(options->tls_cert, options->tls_key, error);

        if (certificate == NULL)
            return FALSE;
        if (options->tls_client_ca != NULL) {
            client_ca = read_ca(options->tls_client_ca, error);
            if (client_ca == NULL)
                return FALSE;
            web_front_ask_station_certificates(self->front);
        }
        bounded_server_set_tls(server, certificate, client_ca);
    }
    return bounded_server_listen(server, options->listen, error);
}

static gboolean server_open(Server *self, const ServeOptions *options, GError **error)
{
    g_autofree gchar *token_hash = NULL;

    if (options->operator_token_file != NULL) {
        g_autofree gchar *token = secret_read_file(options->operator_token_file, error);

        if (token == NULL)
            return FALSE;
        token_hash = secret_hash(token);
    }
    self->operator_desk = operator_desk_new(token_hash);
    if (options->ocpp_log != NULL && (self->log = ocpp_log_open(options->ocpp_log, error)) == NULL)
        return FALSE;
    self->store = store_open(options->state, error);
    if (self->store == NULL || !store_check(self->store, error))
        return FALSE;
    self->started_ms = now_ms();
    self->tries = try_limit_new(MAX_FAILURES, FAILURE_WINDOW_MS);
    self->hub = station_hub_new(self->store, self->log);
    self->group = group_commit_new(self->store, &desk_ports, self);
    self->desk = desk_new(self->store, &group_commit_ports, self->group,
                          options->plug_timeout_s * G_GINT64_CONSTANT(1000));
    group_commit_set_desk(self->group, self->desk);
    station_hub_set_group(self->hub, self->group);
    desk_set_presence(self->desk, options->presence);
    station_hub_set_desk(self->hub, self->desk);
    self->places = location_desk_new(self->store, self->desk, serve_on_place_changed, self, error);
    if (self->places == NULL)
        return FALSE;
    operator_desk_look(self->operator_desk,
                       &(OperatorContext){self->store, self->desk, self->hub, self->started_ms});
    self->front = web_front_new(&front_ports, self, &operator_desk_ports, self->operator_desk);
    self->control = control_desk_new(self->store, self->desk, self->hub, self->front);
    station_hub_set_watch(self->hub, &hub_watch, self);
    control_desk_start(self->control);
    serve_codes_watch(self);
    desk_tick(self->desk, now_ms());
    return listen_on(self, options, error);
}

static void server_close(Server *self)
{
    g_clear_handle_id(&self->deadline, g_source_remove);
    g_clear_handle_id(&self->rearm, g_source_remove);
    control_desk_free(self->control);
    g_clear_handle_id(&self->watch, g_source_remove);
    web_front_free(self->front);
    self->front = NULL;
    g_clear_pointer(&self->places, location_desk_free);
    station_hub_free(self->hub);
    group_commit_free(self->group);
    desk_free(self->desk);
    g_clear_pointer(&self->tries, try_limit_free);
    store_close(self->store);
    ocpp_log_free(self->log);
    operator_desk_free(self->operator_desk);
}

static gboolean on_signal(gpointer data)
{
    g_main_loop_quit(((Server *)data)->loop);
    return G_SOURCE_CONTINUE;
}

gboolean serve_run(const ServeOptions *options, GError **error)
{
    Server self = {0};
    gboolean ok = server_open(&self, options, error);

    if (ok) {
        guint term = g_unix_signal_add(SIGTERM, on_signal, &self);
        guint watchdog = 0;
        guint interrupt = g_unix_signal_add(SIGINT, on_signal, &self);

        self.loop = g_main_loop_new(NULL, FALSE);
        printf("rearcharge-server listens on %s\n", bounded_server_url(web_front_server(self.front)));
        fflush(stdout);
        notify_socket_send("READY=1");
        watchdog = watchdog_start();
        g_main_loop_run(self.loop);
        notify_socket_send("STOPPING=1");
        control_desk_stop(self.control);
        for (guint turns = 0; turns < LAST_TURNS && g_main_context_iteration(NULL, FALSE); turns++)
            continue; /* their answers go out; no peer can hold us here */
        g_clear_handle_id(&watchdog, g_source_remove);
        g_main_loop_unref(self.loop);
        g_source_remove(term);
        g_source_remove(interrupt);
    }
    server_close(&self);
    return ok;
}
