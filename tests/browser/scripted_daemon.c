/* A daemon that says what it is told: serves org.rearcharge.RearCharge1 for the browser test.
 *   stdin   snapshot TEXT    publish this a{sv} (GVariant text)
 *           history TEXT     what GetHistory answers, aa{sv}
 *           receipt TEXT     what GetReceipt answers, a{sv}
 *           refuse NAME      the next method fails with org.rearcharge.Error.NAME
 *   stdout  call METHOD [ARGUMENT]
 * --picture FILE.jpg: what OpenPreview shows, five times a second.
 */
#include "dbus/charging_service.h"

#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    ChargingService *service;
    GMainLoop *loop;
    GVariant *history, *receipt; /* nullable */
    gchar *refuse;               /* nullable */
    gchar *picture;
    gsize picture_bytes;
} Script;

static void say(const gchar *method, const gchar *argument)
{
    g_print("call %s%s%s\n", method, argument != NULL ? " " : "", argument != NULL ? argument : "");
    fflush(stdout);
}

/* Returns: TRUE when the script wants this call refused; it is answered then */
static gboolean refused(Script *self, ChargingCall *call)
{
    for (gint code = 0; self->refuse != NULL && code < CHARGING_ERROR_COUNT; code++) {
        if (g_str_has_suffix(charging_error_name((ChargingError)code), self->refuse)) {
            g_clear_pointer(&self->refuse, g_free);
            charging_call_fail(call, g_error_new_literal(CHARGING_ERROR, code, "as the script says"));
            return TRUE;
        }
    }
    return FALSE;
}

static void answer(Script *self, ChargingCall *call, const gchar *method, const gchar *argument,
                   GVariant *result)
{
    say(method, argument);
    if (!refused(self, call))
        charging_call_return(call, result);
}

static void on_order(ChargingCall *call, gpointer data)
{
    answer(data, call, "Order", NULL, NULL);
}

static void on_cancel(ChargingCall *call, gpointer data)
{
    answer(data, call, "Cancel", NULL, NULL);
}

static void on_code(ChargingCall *call, gpointer data)
{
    answer(data, call, "GetOfflineCode", NULL, NULL);
}

static void on_stop(ChargingCall *call, gpointer data)
{
    answer(data, call, "Stop", NULL, NULL);
}

static void on_consent(ChargingCall *call, GVariant *consent, gpointer data)
{
    g_autofree gchar *text = g_variant_print(consent, FALSE);

    answer(data, call, "SetConsent", text, NULL);
}

static void on_subscription(ChargingCall *call, GVariant *subscription, gpointer data)
{
    g_autofree gchar *text = g_variant_print(subscription, FALSE);

    answer(data, call, "SetSubscription", text, NULL);
}

static void on_sharing(ChargingCall *call, GVariant *sharing, gpointer data)
{
    g_autofree gchar *text = g_variant_print(sharing, FALSE);

    answer(data, call, "SetSharing", text, NULL);
}

static void on_accept(ChargingCall *call, const gchar *offer_id, gpointer data)
{
    answer(data, call, "AcceptOffer", offer_id, NULL);
}

static void on_dismiss(ChargingCall *call, const gchar *offer_id, gpointer data)
{
    answer(data, call, "DismissOffer", offer_id, NULL);
}

static void on_find(ChargingCall *call, GVariant *query, gpointer data)
{
    g_autofree gchar *text = g_variant_print(query, FALSE);

    answer(data, call, "FindPiles", text, g_variant_new("(aa{sv})", NULL));
}

static void on_reserve(ChargingCall *call, const gchar *evse, const gchar *until, gpointer data)
{
    answer(data, call, "Reserve", evse, NULL);
}

static void on_unreserve(ChargingCall *call, gpointer data)
{
    answer(data, call, "CancelReservation", NULL, NULL);
}

static void on_move(ChargingCall *call, const gchar *evse, gpointer data)
{
    answer(data, call, "MoveReservation", evse[0] != '\0' ? evse : "(alternative)", NULL);
}

static void on_history(ChargingCall *call, guint limit, gpointer data)
{
    Script *self = data;

    if (!refused(self, call))
        charging_call_return(call, self->history != NULL ? g_variant_new("(@aa{sv})", self->history)
                                                         : g_variant_new("(aa{sv})", NULL));
}

static void on_receipt(ChargingCall *call, const gchar *order_id, gpointer data)
{
    Script *self = data;

    if (self->receipt == NULL)
        charging_call_fail(call, g_error_new_literal(CHARGING_ERROR, CHARGING_ERROR_NOT_FOUND, "none"));
    else
        charging_call_return(call, g_variant_new("(@a{sv})", self->receipt));
}

typedef struct {
    Script *script;
    gint fd;
} Reader;

static gboolean on_picture_due(gpointer data)
{
    Reader *reader = data;
    guint32 length = GUINT32_TO_BE((guint32)reader->script->picture_bytes);

    if (write(reader->fd, &length, sizeof length) == sizeof length &&
        write(reader->fd, reader->script->picture, reader->script->picture_bytes) ==
            (gssize)reader->script->picture_bytes)
        return G_SOURCE_CONTINUE;
    close(reader->fd);
    g_free(reader);
    say("preview-closed", NULL);
    return G_SOURCE_REMOVE;
}

static void on_preview(ChargingCall *call, gpointer data)
{
    Script *self = data;
    Reader *reader = NULL;
    gint ends[2] = {-1, -1};

    say("OpenPreview", NULL);
    if (self->picture == NULL || refused(self, call) || !g_unix_open_pipe(ends, FD_CLOEXEC, NULL)) {
        if (self->picture == NULL)
            charging_call_fail(
                call, g_error_new_literal(CHARGING_ERROR, CHARGING_ERROR_CAMERA_UNAVAILABLE, "none"));
        return;
    }
    reader = g_new0(Reader, 1);
    reader->script = self;
    reader->fd = ends[1];
    charging_call_return_fd(call, ends[0]);
    g_timeout_add(200, on_picture_due, reader);
}

static GVariant *parse(const gchar *type, const gchar *text)
{
    g_autoptr(GError) error = NULL;
    GVariant *value = g_variant_parse(G_VARIANT_TYPE(type), text, NULL, NULL, &error);

    if (value == NULL)
        g_error("script: %s", error->message);
    return g_variant_take_ref(value);
}

static void obey(Script *self, const gchar *line)
{
    g_auto(GStrv) words = g_strsplit(line, " ", 2);

    if (g_str_equal(words[0], "snapshot"))
        charging_service_publish(self->service, parse("a{sv}", words[1]));
    else if (g_str_equal(words[0], "history"))
        self->history = parse("aa{sv}", words[1]);
    else if (g_str_equal(words[0], "receipt"))
        self->receipt = parse("a{sv}", words[1]);
    else if (g_str_equal(words[0], "refuse"))
        self->refuse = g_strdup(words[1]);
    else
        g_error("script: no such word: %s", words[0]);
    g_print("done\n");
    fflush(stdout);
}

static void on_line(GObject *source, GAsyncResult *result, gpointer data)
{
    Script *self = data;
    GDataInputStream *input = G_DATA_INPUT_STREAM(source);
    g_autofree gchar *line = g_data_input_stream_read_line_finish(input, result, NULL, NULL);

    if (line == NULL) { /* the test has ended */
        g_main_loop_quit(self->loop);
        return;
    }
    obey(self, line);
    g_data_input_stream_read_line_async(input, G_PRIORITY_DEFAULT, NULL, on_line, self);
}

int main(int argc, char **argv)
{
    static const ChargingHandlers handlers = {.order = on_order,
                                              .cancel = on_cancel,
                                              .stop = on_stop,
                                              .get_offline_code = on_code,
                                              .set_consent = on_consent,
                                              .get_history = on_history,
                                              .get_receipt = on_receipt,
                                              .open_preview = on_preview,
                                              .set_subscription = on_subscription,
                                              .set_sharing = on_sharing,
                                              .accept_offer = on_accept,
                                              .dismiss_offer = on_dismiss,
                                              .find_piles = on_find,
                                              .reserve = on_reserve,
                                              .cancel_reservation = on_unreserve,
                                              .move_reservation = on_move};
    Script self = {.loop = g_main_loop_new(NULL, FALSE)};
    g_autoptr(BusLoop) bus = bus_loop_new("session");
    g_autoptr(GInputStream) stdin_stream = g_unix_input_stream_new(STDIN_FILENO, FALSE);
    g_autoptr(GDataInputStream) lines = g_data_input_stream_new(stdin_stream);

    signal(SIGPIPE, SIG_IGN);
    if (argc == 3 && g_str_equal(argv[1], "--picture") &&
        !g_file_get_contents(argv[2], &self.picture, &self.picture_bytes, NULL))
        g_error("cannot read %s", argv[2]);
    self.service = charging_service_new(bus, &handlers, &self);
    bus_loop_start(bus);
    g_data_input_stream_read_line_async(lines, G_PRIORITY_DEFAULT, NULL, on_line, &self);
    g_main_loop_run(self.loop);
    return 0;
}
