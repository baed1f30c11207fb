/* Both sides of org.rearcharge.RearCharge1 over a real bus. */
#include "dbus/charging_client.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <unistd.h>

#include "dbus/bus_object.h"
#include "dbus/bus_variant.h"
#include "tests/support/private_bus.h"

typedef struct {
    PrivateBus *bus;
    BusLoop *daemon, *ui;
    ChargingService *service;
    ChargingClient *client;
    guint n_signals; /* PropertiesChanged that reached the ui */
    GPtrArray *waiting;
    gchar *consent; /* last SetConsent, printed */
    gint preview_fd;
} World;

static void keep(ChargingCall *call, gpointer data)
{
    g_ptr_array_add(((World *)data)->waiting, call);
}

static void refuse(ChargingCall *call, gpointer data)
{
    charging_call_fail(call, g_error_new_literal(CHARGING_ERROR, CHARGING_ERROR_BUSY, "an order is running"));
}

static void break_down(ChargingCall *call, gpointer data)
{
    charging_call_fail(call, g_error_new_literal(G_IO_ERROR, G_IO_ERROR_NO_SPACE, "disk \xff full"));
}

static void take_consent(ChargingCall *call, GVariant *consent, gpointer data)
{
    World *world = data;

    g_free(world->consent);
    world->consent = g_variant_print(consent, TRUE);
    charging_call_return(call, NULL);
}

static void give_history(ChargingCall *call, guint limit, gpointer data)
{
    GVariantBuilder orders = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("aa{sv}"));

    for (guint i = 0; i < limit; i++)
        g_variant_builder_add_parsed(&orders, "{'order_id': <'o'>, 'energy_wh': <int64 5>}");
    charging_call_return(call, g_variant_new("(aa{sv})", &orders));
}

static void give_receipt(ChargingCall *call, const gchar *order_id, gpointer data)
{
    charging_call_fail(call, g_error_new(CHARGING_ERROR, CHARGING_ERROR_NOT_FOUND, "no order %s", order_id));
}

static void give_preview(ChargingCall *call, gpointer data)
{
    gint ends[2];

    cr_assert_eq(pipe(ends), 0);
    ((World *)data)->preview_fd = ends[1];
    charging_call_return_fd(call, ends[0]);
}

static const ChargingHandlers handlers = {.order = keep,
                                          .cancel = refuse,
                                          .stop = break_down,
                                          .set_consent = take_consent,
                                          .get_history = give_history,
                                          .get_receipt = give_receipt,
                                          .open_preview = give_preview};

static gboolean count_signals(BusLoop *bus, DBusMessage *message, gpointer data)
{
    if (dbus_message_is_signal(message, DBUS_INTERFACE_PROPERTIES, "PropertiesChanged"))
        ((World *)data)->n_signals++;
    return FALSE;
}

static void world_start(World *world)
{
    world->bus = private_bus_new();
    world->daemon = private_bus_connect(world->bus);
    world->ui = private_bus_connect(world->bus);
    world->waiting = g_ptr_array_new();
    world->preview_fd = -1;
    world->service = charging_service_new(world->daemon, &handlers, world);
    world->client = charging_client_new(world->ui);
    bus_loop_add_filter(world->ui, count_signals, world);
    private_bus_run_until(charging_client_get_snapshot(world->client) != NULL);
    private_bus_fence(world->daemon, world->ui);
    world->n_signals = 0;
}

static void world_stop(World *world)
{
    while (world->waiting->len > 0)
        charging_call_return(g_ptr_array_remove_index(world->waiting, 0), NULL);
    g_clear_object(&world->client);
    g_clear_object(&world->service);
    private_bus_disconnect(world->ui);
    private_bus_disconnect(world->daemon);
    private_bus_free(world->bus);
    g_ptr_array_unref(world->waiting);
    g_free(world->consent);
    if (world->preview_fd >= 0)
        close(world->preview_fd);
}

static GVariant *snapshot_with_gear(const gchar *gear)
{
    GVariantDict dict;

    g_variant_dict_init(&dict, NULL);
    g_variant_dict_insert(&dict, "gear", "s", gear);
    return g_variant_dict_end(&dict);
}

static gboolean client_sees(World *world, const gchar *gear)
{
    GVariant *snapshot = charging_client_get_snapshot(world->client);
    const gchar *seen = NULL;

    return snapshot != NULL && g_variant_lookup(snapshot, "gear", "&s", &seen) && g_str_equal(seen, gear);
}

/* ---- the snapshot ---- */

Test(charging, many_changes_of_one_turn_are_one_signal)
{
    World world = {0};

    world_start(&world);
    for (guint i = 0; i < 10; i++)
        charging_service_publish(world.service, snapshot_with_gear(i % 2 ? "P" : "R"));
    private_bus_run_until(client_sees(&world, "P"));
    private_bus_fence(world.daemon, world.ui);
    cr_assert_eq(world.n_signals, 1);
    charging_service_publish(world.service, snapshot_with_gear("P"));
    while (g_main_context_iteration(NULL, FALSE))
        ;
    private_bus_fence(world.daemon, world.ui);
    cr_assert_eq(world.n_signals, 1, "the same again is not sent");
    world_stop(&world);
}

Test(charging, a_client_sees_the_daemon_leave_and_come_back_and_survives_the_bus)
{
    World world = {0};

    world_start(&world);
    charging_service_publish(world.service, snapshot_with_gear("R"));
    private_bus_run_until(client_sees(&world, "R"));
    bus_loop_stop(world.daemon);
    private_bus_run_until(charging_client_get_snapshot(world.client) == NULL);
    cr_assert_not(charging_client_is_present(world.client));
    charging_service_publish(world.service, snapshot_with_gear("N"));
    bus_loop_start(world.daemon);
    private_bus_run_until(client_sees(&world, "N"));
    private_bus_stop(world.bus);
    private_bus_run_until(charging_client_get_snapshot(world.client) == NULL);
    private_bus_start(world.bus);
    private_bus_run_until(client_sees(&world, "N"));
    world_stop(&world);
}

Test(charging, a_snapshot_of_somebody_else_is_not_believed)
{
    World world = {0};
    BusLoop *mallory;
    g_autoptr(DBusMessage) signal =
        dbus_message_new_signal(CHARGING_OBJECT_PATH, DBUS_INTERFACE_PROPERTIES, "PropertiesChanged");

    world_start(&world);
    mallory = private_bus_connect(world.bus);
    dbus_message_set_destination(signal, dbus_bus_get_unique_name(bus_loop_get_connection(world.ui)));
    cr_assert(bus_variant_append(
        signal, g_variant_new_parsed("(%s, {'Snapshot': <{'gear': <'R'>}>}, @as [])", CHARGING_INTERFACE),
        NULL, NULL));
    bus_loop_send(mallory, signal);
    private_bus_fence(mallory, world.ui);
    cr_assert_eq(world.n_signals, 1, "it did arrive");
    cr_assert_not(client_sees(&world, "R"));
    private_bus_disconnect(mallory);
    world_stop(&world);
}

/* ---- methods ---- */

typedef struct {
    gboolean done;
    GVariant *value;
    GError *error;
} Answer;

static void on_answer(GObject *source, GAsyncResult *result, gpointer data)
{
    Answer *answer = data;

    answer->done = TRUE;
    answer->value = charging_client_call_finish(CHARGING_CLIENT(source), result, NULL, &answer->error);
}

static Answer call(World *world, const gchar *method, GVariant *args)
{
    Answer answer = {0};

    charging_client_call_async(world->client, method, args, NULL, on_answer, &answer);
    private_bus_run_until(answer.done);
    return answer;
}

static void answer_clear(Answer *answer)
{
    g_clear_pointer(&answer->value, g_variant_unref);
    g_clear_error(&answer->error);
}

static void assert_fails(World *world, const gchar *method, GVariant *args, GQuark domain, gint code)
{
    Answer answer = call(world, method, args);

    cr_assert_null(answer.value);
    cr_expect(g_error_matches(answer.error, domain, code), "%s: %s", method, answer.error->message);
    cr_expect_null(strstr(answer.error->message, "GDBus.Error"), "fit for people: %s", answer.error->message);
    answer_clear(&answer);
}

Test(charging, a_method_may_be_answered_later)
{
    World world = {0};
    Answer answer = {0};

    world_start(&world);
    charging_client_call_async(world.client, "Order", NULL, NULL, on_answer, &answer);
    private_bus_run_until(world.waiting->len == 1);
    cr_assert_not(answer.done);
    charging_call_return(g_ptr_array_remove_index(world.waiting, 0), NULL);
    private_bus_run_until(answer.done);
    cr_assert_not_null(answer.value);
    answer_clear(&answer);
    world_stop(&world);
}

Test(charging, every_error_keeps_its_name_over_the_bus)
{
    World world = {0};

    world_start(&world);
    assert_fails(&world, "Cancel", NULL, CHARGING_ERROR, CHARGING_ERROR_BUSY);
    assert_fails(&world, "Stop", NULL, CHARGING_ERROR, CHARGING_ERROR_FAILED); /* not one of ours */
    assert_fails(&world, "GetReceipt", g_variant_new("(s)", "o-1"), CHARGING_ERROR, CHARGING_ERROR_NOT_FOUND);
    assert_fails(&world, "GetReceipt", g_variant_new("(s)", "no id"), CHARGING_ERROR,
                 CHARGING_ERROR_INVALID_VALUE);
    assert_fails(&world, "GetHistory", g_variant_new("(u)", 0), CHARGING_ERROR, CHARGING_ERROR_INVALID_VALUE);
    assert_fails(&world, "GetHistory", g_variant_new("(u)", 1001), CHARGING_ERROR,
                 CHARGING_ERROR_INVALID_VALUE);
    assert_fails(&world, "GetHistory", g_variant_new("(s)", "5"), G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS);
    assert_fails(&world, "Order", g_variant_new("(s)", "now"), G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS);
    assert_fails(&world, "Honk", NULL, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD);
    world_stop(&world);
}

Test(charging, consent_is_checked_key_by_key)
{
    static const gchar *const bad[] = {
        "({'confirm': <'always'>},)",       "({'confirm': <true>},)",   "({'max_cost_minor': <int64 0>},)",
        "({'max_cost_minor': <int32 5>},)", "({'currency': <'JPY'>},)", "({'currency': <'eur'>},)",
        "({'max_energy_wh': <int64 -1>},)", "({'unknown': <'x'>},)",    "({'confirm': <'tap'>, 'x': <1>},)",
    };
    World world = {0};
    Answer answer;

    world_start(&world);
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++)
        assert_fails(&world, "SetConsent", g_variant_new_parsed(bad[i]), CHARGING_ERROR,
                     CHARGING_ERROR_INVALID_VALUE);
    assert_fails(&world, "SetConsent",
                 g_variant_new_parsed("([{'confirm', <'tap'>}, {'confirm', <'auto'>}],)"), CHARGING_ERROR,
                 CHARGING_ERROR_INVALID_VALUE); /* a D-Bus dictionary may hold a key twice */
    cr_assert_null(world.consent);
    answer = call(&world, "SetConsent",
                  g_variant_new_parsed(
                      "({'confirm': <'park'>, 'max_cost_minor': <int64 5000>, 'currency': <'EUR'>},)"));
    cr_assert_not_null(answer.value);
    cr_assert_str_eq(world.consent,
                     "{'confirm': <'park'>, 'max_cost_minor': <int64 5000>, 'currency': <'EUR'>}");
    answer_clear(&answer);
    world_stop(&world);
}

Test(charging, a_long_history_fits_into_one_answer)
{
    World world = {0};
    Answer answer;
    g_autoptr(GVariant) orders = NULL;

    world_start(&world);
    answer = call(&world, "GetHistory", g_variant_new("(u)", 1000));
    cr_assert_not_null(answer.value);
    orders = g_variant_get_child_value(answer.value, 0);
    cr_assert_eq(g_variant_n_children(orders), 1000);
    answer_clear(&answer);
    world_stop(&world);
}

static void on_preview(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GError) error = NULL;

    *(gint *)data = charging_client_open_preview_finish(CHARGING_CLIENT(source), result, &error);
    cr_assert_null(error);
}

Test(charging, the_preview_is_a_descriptor_that_can_be_read)
{
    World world = {0};
    gint fd = -1;
    gchar bytes[8] = "";

    world_start(&world);
    signal(SIGPIPE, SIG_IGN);
    charging_client_open_preview_async(world.client, NULL, on_preview, &fd);
    private_bus_run_until(fd >= 0);
    cr_assert_eq(write(world.preview_fd, "\xff\xd8", 2), 2);
    cr_assert_eq(read(fd, bytes, sizeof(bytes)), 2);
    close(fd);
    /* Nobody keeps a copy of the reading end; the bus lets go of its own a moment after we have ours. */
    private_bus_run_until(write(world.preview_fd, "x", 1) == -1);
    world_stop(&world);
}

Test(charging, the_33rd_waiting_call_is_refused)
{
    World world = {0};
    Answer answers[BUS_OBJECT_MAX_WAITING] = {{0}};

    world_start(&world);
    for (guint i = 0; i < G_N_ELEMENTS(answers); i++)
        charging_client_call_async(world.client, "Order", NULL, NULL, on_answer, &answers[i]);
    private_bus_run_until(world.waiting->len == G_N_ELEMENTS(answers));
    assert_fails(&world, "Order", NULL, G_DBUS_ERROR, G_DBUS_ERROR_LIMITS_EXCEEDED);
    charging_call_return(g_ptr_array_remove_index(world.waiting, 0), NULL);
    private_bus_run_until(answers[0].done);
    while (world.waiting->len > 0)
        charging_call_return(g_ptr_array_remove_index(world.waiting, 0), NULL);
    private_bus_run_until(answers[G_N_ELEMENTS(answers) - 1].done);
    for (guint i = 0; i < G_N_ELEMENTS(answers); i++)
        answer_clear(&answers[i]);
    world_stop(&world);
}

/* ---- the standard interfaces ---- */

static void assert_error_name(World *world, const gchar *path, const gchar *interface, const gchar *method,
                              GVariant *args, const gchar *expected)
{
    g_autofree gchar *name = NULL;
    GVariant *value = private_bus_call(world->ui, CHARGING_BUS_NAME, path, interface, method, args, &name);

    cr_assert_null(value, "%s.%s", interface, method);
    cr_expect_str_eq(name, expected, "%s.%s: %s, not %s", interface, method, name, expected);
}

Test(charging, the_standard_interfaces_answer_and_refuse_as_the_specification_says)
{
    static const gchar *const props = DBUS_INTERFACE_PROPERTIES;
    const gchar *path = CHARGING_OBJECT_PATH, *own = CHARGING_INTERFACE;
    World world = {0};
    g_autoptr(GVariant) xml = NULL, root = NULL, all = NULL, ping = NULL;
    const gchar *text = NULL;

    world_start(&world);
    xml = private_bus_call(world.ui, CHARGING_BUS_NAME, path, DBUS_INTERFACE_INTROSPECTABLE, "Introspect",
                           NULL, NULL);
    g_variant_get(xml, "(&s)", &text);
    cr_assert_not_null(strstr(text, "<interface name=\"" CHARGING_INTERFACE "\""));
    cr_assert_not_null(strstr(text, "<interface name=\"org.freedesktop.DBus.Properties\""));
    root = private_bus_call(world.ui, CHARGING_BUS_NAME, "/org", DBUS_INTERFACE_INTROSPECTABLE, "Introspect",
                            NULL, NULL);
    g_variant_get(root, "(&s)", &text);
    cr_assert_not_null(strstr(text, "<node name=\"rearcharge\"/>"));
    all =
        private_bus_call(world.ui, CHARGING_BUS_NAME, path, props, "GetAll", g_variant_new("(s)", own), NULL);
    cr_assert_str_eq(g_variant_get_type_string(all), "(a{sv})");
    ping = private_bus_call(world.ui, CHARGING_BUS_NAME, path, DBUS_INTERFACE_PEER, "Ping", NULL, NULL);
    cr_assert_not_null(ping);

#define DBUS_ERROR(name) "org.freedesktop.DBus.Error." name
    assert_error_name(&world, path, props, "Get", g_variant_new("(ss)", own, "Nope"),
                      DBUS_ERROR("UnknownProperty"));
    assert_error_name(&world, path, props, "Get", g_variant_new("(ss)", "a.b", "X"),
                      DBUS_ERROR("UnknownInterface"));
    assert_error_name(&world, path, props, "Get", g_variant_new("(s)", own), DBUS_ERROR("InvalidArgs"));
    assert_error_name(&world, path, props, "Set",
                      g_variant_new("(ssv)", own, "Snapshot", g_variant_new_int32(1)),
                      DBUS_ERROR("PropertyReadOnly"));
    assert_error_name(&world, path, props, "Nope", NULL, DBUS_ERROR("UnknownMethod"));
    assert_error_name(&world, path, "org.rearcharge.Nope", "Order", NULL, DBUS_ERROR("UnknownInterface"));
    assert_error_name(&world, "/nowhere", own, "Order", NULL, DBUS_ERROR("UnknownMethod"));
    world_stop(&world);
}
