/* rearchargectl: eyes and hands for a person at a terminal of the head unit; a client of
 * org.rearcharge.RearCharge1. */
#include <json-glib/json-glib.h>
#include <stdio.h>
#include <sys/timex.h>

#include "base/program.h"
#include "dbus/bus_variant.h"
#include "dbus/charging_client.h"
#include "dbus/ctl_bays.h"
#include "dbus/ctl_doctor.h"
#include "dbus/ctl_report.h"
#include "dbus/ctl_words.h"
#include "dbus/tool.h"
#include "protocol/json_gate.h"

typedef struct {
    Tool tool;
    ChargingClient *client;
    gboolean json;
    gchar *last_line;             /* watch: what was printed last */
    const gchar *command;         /* what the person typed */
    const gchar *method;          /* of a one-shot call */
    GVariant *args;               /* (nullable) */
    gchar *(*report)(GVariant *); /* (nullable): of the answer's first value */
} Ctl;

static void print_json(GVariant *value)
{
    g_autoptr(JsonNode) node = json_gvariant_serialize(value);
    g_autofree gchar *text = json_gate_print(node, NULL);

    g_print("%s\n", text);
    fflush(stdout);
}

/* "order: the car does not stand still"; with --json also an object with the error's name on standard output.
 */
static void complain(Ctl *self, const gchar *what, const GError *error)
{
    g_autofree gchar *name = g_dbus_error_encode_gerror(error);
    gboolean is_ours = error->domain == CHARGING_ERROR || error->domain == G_DBUS_ERROR;

    tool_complain("%s: %s", what, error->message);
    if (self->json) {
        g_autoptr(GVariant) object = g_variant_ref_sink(
            g_variant_new_parsed("{'error': <%s>, 'message': <%s>}", is_ours ? name : "", error->message));
        print_json(object);
    }
}

static gboolean is_absent(const GError *error)
{
    return g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
           g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER);
}

/* The bus's own words for it are about "service files". */
static void say_it_is_not_running(GError **error)
{
    g_dbus_error_strip_remote_error(*error);
    if (!is_absent(*error))
        return;
    g_clear_error(error);
    g_set_error_literal(error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN, "rearcharged is not running");
}

static ToolStatus status_of(const GError *error)
{
    gboolean absent = is_absent(error) || g_error_matches(error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED) ||
                      g_error_matches(error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY);

    return absent ? TOOL_NO_BUS : TOOL_FAILED;
}

/* ---- the state, read once: status and doctor ---- */

static void ask_for_state(Ctl *self, GAsyncReadyCallback callback)
{
    g_autoptr(DBusMessage) call = dbus_message_new_method_call(CHARGING_BUS_NAME, CHARGING_OBJECT_PATH,
                                                               DBUS_INTERFACE_PROPERTIES, "Get");

    dbus_message_set_auto_start(call, FALSE); /* looking must not start it */
    bus_variant_append(call, g_variant_new("(ss)", CHARGING_INTERFACE, "Snapshot"), NULL, NULL);
    bus_loop_call_async(self->tool.bus, call, 0, NULL, callback, self);
}

/* Returns: (transfer full) (nullable): a{sv} */
static GVariant *state_from_answer(GObject *source, GAsyncResult *result, GError **error)
{
    g_autoptr(DBusMessage) reply = bus_loop_call_finish(BUS_LOOP(source), result, error);
    g_autoptr(GVariant) body = reply != NULL ? bus_variant_from_message(reply, NULL, error) : NULL;
    g_autoptr(GVariant) value = NULL;

    if (body != NULL && g_variant_is_of_type(body, G_VARIANT_TYPE("(v)")))
        g_variant_get(body, "(v)", &value);
    if (value != NULL && g_variant_is_of_type(value, G_VARIANT_TYPE_VARDICT))
        return g_steal_pointer(&value);
    if (reply != NULL)
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "the state has a wrong type");
    else
        say_it_is_not_running(error);
    return NULL;
}

static void on_status(GObject *source, GAsyncResult *result, gpointer data)
{
    Ctl *self = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) state = state_from_answer(source, result, &error);

    if (state == NULL) {
        complain(self, "status", error);
        tool_end(&self->tool, status_of(error));
        return;
    }
    if (self->json) {
        print_json(state);
    } else {
        g_autofree gchar *text = ctl_report_status(state);
        g_print("%s", text);
    }
    tool_end(&self->tool, TOOL_OK);
}

static gboolean kernel_clock_is_synchronised(void)
{
    struct timex timex = {.modes = 0};

    return adjtimex(&timex) != TIME_ERROR;
}

static void examine(Ctl *self, GVariant *state, const gchar *daemon_problem)
{
    const DoctorFacts facts = {
        .bus = bus_loop_get_bus(self->tool.bus),
        .bus_problem = bus_loop_is_connected(self->tool.bus)          ? NULL
                       : bus_loop_get_problem(self->tool.bus) != NULL ? bus_loop_get_problem(self->tool.bus)
                                                                      : "no answer",
        .daemon_problem = daemon_problem,
        .snapshot = state,
        .now_ms = g_get_real_time() / 1000,
        .clock_synchronised = kernel_clock_is_synchronised(),
    };
    g_autoptr(GPtrArray) checks = ctl_doctor_examine(&facts);

    if (self->json) {
        g_autoptr(GVariant) value = g_variant_ref_sink(ctl_doctor_variant(checks));
        print_json(value);
    } else {
        g_autofree gchar *text = ctl_doctor_text(checks);
        g_print("%s", text);
    }
    tool_end(&self->tool, ctl_doctor_all_ok(checks) ? TOOL_OK : TOOL_FAILED);
}

static void on_doctor(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) state = state_from_answer(source, result, &error);

    examine(data, state, error != NULL ? error->message : NULL);
}

static gboolean on_no_bus(gpointer data)
{
    Ctl *self = data;

    if (!bus_loop_is_connected(self->tool.bus))
        examine(self, NULL, NULL);
    return G_SOURCE_REMOVE;
}

/* ---- watch ---- */

static void on_snapshot(Ctl *self)
{
    GVariant *state = charging_client_get_snapshot(self->client);
    g_autoptr(GDateTime) now = g_date_time_new_now_local();
    g_autofree gchar *time = g_date_time_format(now, "%H:%M:%S.%f");
    g_autofree gchar *line = NULL;

    if (self->json) {
        g_autoptr(GVariant) nothing = g_variant_ref_sink(g_variant_new("a{sv}", NULL));
        print_json(state != NULL ? state : nothing);
        return;
    }
    line = state != NULL ? ctl_report_line(state) : g_strdup("rearcharged is not there");
    if (g_strcmp0(line, self->last_line) == 0)
        return; /* something changed that this line does not show */
    g_print("%.12s  %s\n", time, line);
    fflush(stdout);
    g_free(self->last_line);
    self->last_line = g_steal_pointer(&line);
}

/* ---- methods ---- */

static void on_answer(GObject *source, GAsyncResult *result, gpointer data)
{
    Ctl *self = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) answer = charging_client_call_finish(CHARGING_CLIENT(source), result, NULL, &error);

    if (answer == NULL) {
        say_it_is_not_running(&error);
        complain(self, self->command, error);
        tool_end(&self->tool, status_of(error));
        return;
    }
    if (g_variant_n_children(answer) > 0 && self->report != NULL) {
        g_autoptr(GVariant) value = g_variant_get_child_value(answer, 0);
        g_autofree gchar *text = self->json ? NULL : self->report(value);
        if (self->json)
            print_json(value);
        else
            g_print("%s", text);
    }
    tool_end(&self->tool, TOOL_OK);
}

static void on_connected(Ctl *self)
{
    charging_client_call_async(self->client, self->method, g_steal_pointer(&self->args), NULL, on_answer,
                               self);
}

static void on_connected_for_status(Ctl *self)
{
    ask_for_state(self, on_status);
}

static void on_connected_for_doctor(Ctl *self)
{
    ask_for_state(self, on_doctor);
}

/* ---- command line ---- */

/* Fills in which method to call. Returns: FALSE: usage */
static gboolean method_from_words(Ctl *self, const gchar *const *words, gint limit)
{
    static const gchar *const plain[][2] = {{"order", "Order"},
                                            {"code", "GetOfflineCode"},
                                            {"cancel", "Cancel"},
                                            {"stop", "Stop"},
                                            {"cancel-reservation", "CancelReservation"}};
    guint n = g_strv_length((gchar **)words);

    self->command = words[0];
    for (guint i = 0; i < G_N_ELEMENTS(plain); i++)
        if (n == 1 && g_str_equal(words[0], plain[i][0]))
            self->method = plain[i][1];
    if (n == 1 && g_str_equal(words[0], "history")) {
        self->method = "GetHistory";
        self->args = g_variant_ref_sink(g_variant_new("(u)", limit));
        self->report = ctl_report_history;
    } else if (n == 2 && g_str_equal(words[0], "receipt")) {
        self->method = "GetReceipt";
        self->args = g_variant_ref_sink(g_variant_new("(s)", words[1]));
        self->report = ctl_report_receipt;
    } else if (n >= 1 && g_str_equal(words[0], "find")) {
        GVariant *query = ctl_find_query(words + 1);
        self->method = "FindPiles";
        self->args = query != NULL ? g_variant_ref_sink(query) : NULL;
        self->report = ctl_report_piles;
        return query != NULL;
    } else if ((n == 2 || n == 3) && g_str_equal(words[0], "reserve")) {
        self->method = "Reserve";
        self->args = g_variant_ref_sink(g_variant_new("(ss)", words[1], n == 3 ? words[2] : ""));
    } else if (n <= 2 && n >= 1 && g_str_equal(words[0], "move")) {
        self->method = "MoveReservation";
        self->args = g_variant_ref_sink(g_variant_new("(s)", n == 2 ? words[1] : ""));
    } else if (n == 1 && g_str_equal(words[0], "reservations")) {
        self->method = "GetReservations";
        self->args = g_variant_ref_sink(g_variant_new("(u)", MIN(limit, 50)));
        self->report = ctl_report_reservations;
    } else if (self->method == NULL) {
        GVariant *args = NULL;

        ctl_words_method(words, &self->method, &args);
        self->args = args != NULL ? g_variant_ref_sink(args) : NULL;
        return args != NULL;
    }
    return self->method != NULL;
}

static ToolStatus run(Ctl *self, const gchar *const *words, gint limit)
{
    guint n = g_strv_length((gchar **)words);

    if (n == 1 && g_str_equal(words[0], "watch")) {
        g_signal_connect_swapped(self->client, "snapshot", G_CALLBACK(on_snapshot), self);
        return tool_run(&self->tool, TRUE);
    }
    if (n == 1 && g_str_equal(words[0], "doctor")) {
        g_signal_connect_swapped(self->tool.bus, "connected", G_CALLBACK(on_connected_for_doctor), self);
        g_timeout_add(2000, on_no_bus, self);
        return tool_run(&self->tool, TRUE);
    }
    if (n == 0 || (n == 1 && g_str_equal(words[0], "status"))) {
        g_signal_connect_swapped(self->tool.bus, "connected", G_CALLBACK(on_connected_for_status), self);
        return tool_run(&self->tool, FALSE);
    }
    if (!method_from_words(self, words, limit)) {
        tool_complain(
            "expected status, watch, order, code, cancel, stop, history, receipt ORDER_ID, consent "
            "KEY=VALUE..., find [KEY=VALUE...], reserve EVSE [UNTIL], cancel-reservation, move [EVSE], "
            "reservations, subscribe KEY=VALUE..., share KEY=on|off..., accept OFFER_ID, dismiss OFFER_ID, "
            "or "
            "doctor; see --help");
        return TOOL_USAGE;
    }
    g_signal_connect_swapped(self->tool.bus, "connected", G_CALLBACK(on_connected), self);
    return tool_run(&self->tool, FALSE);
}

static const gchar summary[] =
    "Shows and steers RearCharge on this head unit.\n\n"
    "Commands:\n"
    "  status               the whole state (the default)\n"
    "  watch                a line for every change, until Ctrl-C\n"
    "  order                order the charging point that was found\n"
    "  code                 get an offline code for the charging point, which is offline\n"
    "  cancel, stop         give up the order; end the running charge\n"
    "  history [--limit N]  the last orders\n"
    "  receipt ORDER_ID     the receipt of an order\n"
    "  consent KEY=VALUE... what may be ordered without asking: confirm, "
    "max_cost_minor, currency, max_energy_wh,\n"
    "                       max_duration_s\n"
    "  find [KEY=VALUE...]  charging points around: latitude, longitude, radius_m, "
    "connector, min_power_w, max_price,\n"
    "                       free_now, limit, watch\n"
    "  reserve EVSE [UNTIL] keep one for this car, for 30 minutes or until a time\n"
    "  cancel-reservation   give it back\n"
    "  move [EVSE]          to another one: the alternative, when none is named\n"
    "  reservations         the last reservations (--limit, at most 50)\n"
    "  subscribe KEY=VALUE... which news may come, and near what: kinds, radius_m, "
    "position, latitude, longitude\n"
    "  share KEY=on|off...  what the operator may ask: position, soc, plug, gear\n"
    "  accept OFFER_ID, dismiss OFFER_ID\n"
    "                       take an offer, or take it off the list\n"
    "  doctor               what works, what does not, and what to do about it\n\n"
    "Exit: 0 done; 1 refused, failed, or doctor found a problem; 2 command line; "
    "3 no bus, or no daemon on it.";

int main(int argc, char **argv)
{
    Ctl self = {0};
    gchar *bus = NULL;
    gint limit = 20;
    const GOptionEntry entries[] = {
        {"bus", 0, 0, G_OPTION_ARG_STRING, &bus, "system, session or an address", "BUS"},
        {"json", 0, 0, G_OPTION_ARG_NONE, &self.json, "JSON on standard output, one value a line", NULL},
        {"limit", 0, 0, G_OPTION_ARG_INT, &limit, "history: how many (1..1000, default 20)", "N"},
        PROGRAM_VERSION_OPTION,
        {NULL},
    };
    g_autoptr(GOptionContext) context = g_option_context_new("COMMAND");
    g_autoptr(GError) error = NULL;
    ToolStatus status = TOOL_OK;

    program_begin("rearchargectl");
    g_option_context_set_summary(context, summary);
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, &argc, &argv, &error) || limit < 1 || limit > 1000) {
        tool_complain("%s", error != NULL ? error->message : "--limit: expected 1..1000");
        return TOOL_USAGE;
    }
    for (gint i = 1; i < argc; i++) {
        if (!g_utf8_validate(argv[i], -1, NULL)) { /* no text on the bus is anything else */
            tool_complain("%s: expected UTF-8", argv[i]);
            return TOOL_USAGE;
        }
    }
    tool_init(&self.tool, bus);
    self.client = charging_client_new(self.tool.bus);
    status = run(&self, (const gchar *const *)argv + 1, limit);
    g_signal_handlers_disconnect_by_data(self.tool.bus, &self);
    g_signal_handlers_disconnect_by_data(self.client, &self);
    g_clear_object(&self.client);
    g_clear_pointer(&self.args, g_variant_unref);
    tool_clear(&self.tool);
    g_free(self.last_line);
    g_free(bus);
    return status;
}
