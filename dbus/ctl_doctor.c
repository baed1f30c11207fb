#include "dbus/ctl_doctor.h"

#include "dbus/terminal_text.h"

/* Code older than this was never released: a clock before it is wrong. 2026-01-01T00:00:00Z */
#define OLDEST_CLOCK_MS G_GINT64_CONSTANT(1767225600000)

static void check_free(gpointer data)
{
    DoctorCheck *self = data;

    g_free(self->detail);
    g_free(self->advice);
    g_free(self);
}

/* @advice: "" when all is well. Both (transfer full) */
static void add(GPtrArray *checks, const gchar *name, gboolean ok, gchar *detail, const gchar *advice)
{
    DoctorCheck *check = g_new0(DoctorCheck, 1);

    check->name = name;
    check->ok = ok;
    check->detail = detail;
    check->advice = g_strdup(ok ? "" : advice);
    g_ptr_array_add(checks, check);
}

static const gchar *text_of(GVariant *snapshot, const gchar *key)
{
    const gchar *text = "";

    g_variant_lookup(snapshot, key, "&s", &text);
    return text;
}

static gboolean has_fault(GVariant *snapshot, const gchar *fault)
{
    g_autofree const gchar **faults = NULL;

    return g_variant_lookup(snapshot, "faults", "^a&s", &faults) && g_strv_contains(faults, fault);
}

static void check_gear(GPtrArray *checks, GVariant *snapshot)
{
    const gchar *gear = text_of(snapshot, "gear"), *problem = text_of(snapshot, "gear_problem");

    if (*gear != '\0')
        add(checks, "gear", TRUE, g_strdup_printf("in %s", gear), "");
    else
        add(checks, "gear", FALSE, g_strdup(*problem != '\0' ? problem : "unknown"),
            "start the vehicle's gear service and compare the [gear] section of rearcharge.conf with what it "
            "sends: "
            "rearcharge-gear watch KEY=VALUE...");
}

static void check_camera(GPtrArray *checks, GVariant *snapshot)
{
    const gchar *state = text_of(snapshot, "camera_state");
    gboolean ok =
        !has_fault(snapshot, "camera") && (g_str_equal(state, "off") || g_str_equal(state, "starting") ||
                                           g_str_equal(state, "running") || g_str_equal(state, "ended"));

    add(checks, "camera", ok, g_strdup(*state != '\0' ? state : "unknown"),
        "check source in the [camera] section, that the device is there and free, and that the service may "
        "read it "
        "(group video)");
}

static void check_server(GPtrArray *checks, GVariant *snapshot)
{
    const gchar *state = text_of(snapshot, "server_state"), *problem = text_of(snapshot, "server_problem");
    gboolean ok =
        !has_fault(snapshot, "server") && !g_str_equal(state, "offline") && !g_str_equal(state, "refused");
    const gchar *advice =
        g_str_equal(state, "refused")
            ? "the server does not accept the vehicle's token: check token_file in the [server] section"
            : "check the network and url and ca in the [server] section";

    add(checks, "server", ok,
        g_str_equal(state, "unknown")
            ? g_strdup("not asked since the start")
            : g_strdup_printf("%s%s%s", state, *problem != '\0' ? ": " : "", problem),
        advice);
}

static void check_clock(GPtrArray *checks, const DoctorFacts *facts)
{
    gboolean plausible = facts->now_ms >= OLDEST_CLOCK_MS;

    if (facts->snapshot != NULL && has_fault(facts->snapshot, "clock"))
        plausible = FALSE;
    add(checks, "clock", plausible && facts->clock_synchronised,
        g_strdup(!plausible                   ? "is wrong"
                 : !facts->clock_synchronised ? "is not synchronised"
                                              : "synchronised"),
        "turn on time synchronisation (timedatectl set-ntp true): codes with a time limit and receipts need "
        "it");
}

GPtrArray *ctl_doctor_examine(const DoctorFacts *facts)
{
    static const gchar *const parts[] = {"gear", "camera", "server", "storage"};
    GPtrArray *checks = g_ptr_array_new_with_free_func(check_free);

    add(checks, "bus", facts->bus_problem == NULL,
        facts->bus_problem != NULL
            ? g_strdup_printf("no connection to the %s bus: %s", facts->bus, facts->bus_problem)
            : g_strdup_printf("connected to the %s bus", facts->bus),
        "start dbus-daemon, or name the right bus with --bus");
    add(checks, "daemon", facts->snapshot != NULL,
        facts->snapshot != NULL
            ? g_strdup_printf("rearcharged %s", text_of(facts->snapshot, "version"))
            : g_strdup(facts->daemon_problem != NULL ? facts->daemon_problem : "not asked"),
        "start it: systemctl start rearcharged, or rearcharged --config FILE");
    if (facts->snapshot != NULL) {
        gboolean storage = has_fault(facts->snapshot, "storage");
        check_gear(checks, facts->snapshot);
        check_camera(checks, facts->snapshot);
        check_server(checks, facts->snapshot);
        add(checks, "storage", !storage, g_strdup(storage ? "cannot be written" : "writable"),
            "free some space in the state folder and check who owns it");
    } else {
        for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
            add(checks, parts[i], FALSE, g_strdup("not known without the daemon"),
                "mend the line above first");
    }
    check_clock(checks, facts);
    return checks;
}

gchar *ctl_doctor_text(GPtrArray *checks)
{
    GString *out = g_string_new(NULL);

    for (guint i = 0; i < checks->len; i++) {
        const DoctorCheck *check = checks->pdata[i];
        g_autofree gchar *detail = terminal_text(check->detail);
        g_string_append_printf(out, "%-8s %-8s %s%s%s\n", check->ok ? "ok" : "PROBLEM", check->name, detail,
                               *check->advice != '\0' ? " -> " : "", check->advice);
    }
    return g_string_free(out, FALSE);
}

GVariant *ctl_doctor_variant(GPtrArray *checks)
{
    GVariantBuilder builder = G_VARIANT_BUILDER_INIT(G_VARIANT_TYPE("aa{sv}"));

    for (guint i = 0; i < checks->len; i++) {
        const DoctorCheck *check = checks->pdata[i];
        g_variant_builder_open(&builder, G_VARIANT_TYPE_VARDICT);
        g_variant_builder_add(&builder, "{sv}", "check", g_variant_new_string(check->name));
        g_variant_builder_add(&builder, "{sv}", "ok", g_variant_new_boolean(check->ok));
        g_variant_builder_add(&builder, "{sv}", "detail", g_variant_new_string(check->detail));
        g_variant_builder_add(&builder, "{sv}", "advice", g_variant_new_string(check->advice));
        g_variant_builder_close(&builder);
    }
    return g_variant_builder_end(&builder);
}

gboolean ctl_doctor_all_ok(GPtrArray *checks)
{
    for (guint i = 0; i < checks->len; i++)
        if (!((DoctorCheck *)checks->pdata[i])->ok)
            return FALSE;
    return TRUE;
}
