/* The configuration is read strictly: one line says file, key and what is expected. */
#include <criterion/criterion.h>
#include <glib/gstdio.h>
#include <string.h>

#include "daemon/config.h"

static Config *parse(const gchar *text, GError **error)
{
    return config_parse("car.conf", text, strlen(text), error);
}

Test(config, an_empty_file_gives_the_safe_defaults)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) config = parse("", &error);

    cr_assert_not_null(config, "%s", error != NULL ? error->message : "");
    cr_assert_str_eq(config->bus, "system");
    cr_assert_str_eq(config->gear->sender, "org.rearcharge.Vehicle");
    cr_assert(config->has_park);
    cr_assert_eq(config->consent.confirm, CONFIRM_TAP);
    cr_assert_not(config->consent.given);
    cr_assert_null(config->server_url);
    cr_assert_str_eq(config->state_dir, "/var/lib/rearcharge");
}

Test(config, every_group_is_read)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) config =
        parse("[bus]\ntype=session\n"
              "[gear]\nstale-ms=500\n"
              "[camera]\nsource=v4l2src device=/dev/video0\nmode=owner\nwindow=true\n"
              "[server]\nurl=https://charge.example\ntoken_file=/etc/token\n"
              "[operators]\npay.example.com=/E/{evse}, /E/{evse}/{token}\nqr.example.org=\n"
              "[order]\nconfirm=park\nconsent=true\nmin_trust=signed\nmax_cost_minor=4200\n"
              "currency=CHF\nmax_energy_wh=50000\nmax_duration_s=7200\n"
              "[state]\ndir=/tmp/car\n",
              &error);

    cr_assert_not_null(config, "%s", error != NULL ? error->message : "");
    cr_assert_str_eq(config->gear->bus, "session", "the gear's bus is the bus, unless it says otherwise");
    cr_assert_eq(config->gear->stale_ms, 500);
    cr_assert(config->camera_owner && config->camera_window);
    cr_assert_str_eq(config->server_url, "https://charge.example");
    cr_assert_not_null(qr_operators_find(config->operators, "PAY.EXAMPLE.COM", 15, NULL));
    cr_assert_not_null(qr_operators_find(config->operators, "qr.example.org", 14, NULL));
    cr_assert_eq(config->consent.confirm, CONFIRM_PARK);
    cr_assert_eq(config->consent.min_trust, TRUST_SIGNED);
    cr_assert_eq(config->consent.limits.max_cost_minor, 4200);
    cr_assert_str_eq(config->consent.limits.currency, "CHF");
    cr_assert_eq(config->consent.limits.max_duration_s, 7200);
}

Test(config, whatever_is_wrong_is_said_in_one_line)
{
    static const struct {
        const gchar *text, *said;
    } rows[] = {
        {"[order]\nconfirm=maybe\n", "car.conf: [order] confirm: expected tap, park or auto"},
        {"[order]\nconsent=yes\n", "true or false"},
        {"[order]\nmax_cost_minor=0\n", "1..1000000000"},
        {"[order]\nmax_cost_minor=12.50\n", "minor units"},
        {"[order]\nmax_cost_minor=99999999999999999999\n", "minor units"},
        {"[order]\ncurrency=JPY\n", "two decimals"},
        {"[order]\nmin_trust=refused\n", "registered, signed or dynamic"},
        {"[order]\nconsent=true\n", "[order] max_cost_minor: expected a maximum"},
        {"[order]\ncolour=red\n", "[order] colour: expected confirm, min_trust"},
        {"[colours]\na=b\n", "one of the groups bus, gear"},
        {"[bus]\ntype=pigeon\n", "[bus] type: expected system, session"},
        {"[camera]\nprogram=camera\n", "[camera] program: expected an absolute path"},
        {"[camera]\nsource=\n", "[camera] source: expected"},
        {"[camera]\nmode=both\n", "shared or owner"},
        {"[camera]\nwindow=true\n", "mode=owner"},
        {"[camera]\nstall-ms=5\n", "100..60000"},
        {"[camera]\ndecoder-budget-ms=0\n", "1..1000"},
        {"[server]\nca_file=ca.pem\n", "absolute path"},
        {"[gear]\ncolour=red\n", "[gear]"},
        {"[gear]\nstale-ms=soon\n", "stale-ms"},
        {"[operators]\nexample.com:8443=/E/{evse}\n", "[operators]"},
        {"[operators]\nexample.com=/E/\n", "[operators] example.com: expected"},
        {"[state]\ndir=state\n", "[state] dir: expected an absolute path"},
        {"confirm=tap\n", "car.conf: expected groups"},
        {"[order\nconfirm=tap\n", "car.conf: expected groups"},
        {"[order]\nconfirm\n", "car.conf: expected groups"},
        {"[state]\ndir=/a\tb\n", "[state] dir: expected"},
        {"\xff\xfe", "UTF-8"},
        {"[order]\nconfirm=tap\n\n# again\n[bus]\ntype=system\n[order]\n confirm =park\n",
         "car.conf: [order] confirm: expected once, but lines 2 and 8 have it"},
        {"[operators]\na.example=/E/{evse}\na.example=/F/{evse}\n", "[operators] a.example: expected once"},
        {"[gear]\nbus=system\nbus=session\n", "[gear] bus: expected once, but lines 2 and 3"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Config) config = parse(rows[i].text, &error);

        cr_expect_null(config, "accepted: %s", rows[i].text);
        cr_expect(error != NULL && strstr(error->message, rows[i].said) != NULL, "%s -> %s", rows[i].text,
                  error != NULL ? error->message : "");
        cr_expect(error != NULL && strchr(error->message, '\n') == NULL, "one line: %s", rows[i].text);
    }
}

Test(config, a_car_that_names_no_P_is_judged_by_its_speed)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Config) config =
        parse("[gear]\npreset=generic\nsender=a.b\nkind=property\npath=/a\ninterface=a.b\n"
              "member=Gear\nreverse=-1\n",
              &error);

    cr_assert_not_null(config, "%s", error != NULL ? error->message : "");
    cr_assert_not(config->has_park);
}

Test(config, drop_ins_override_single_keys_in_the_order_of_their_names)
{
    g_autoptr(GError) error = NULL;
    g_autofree gchar *folder = g_dir_make_tmp("rearcharge-config-XXXXXX", NULL);
    g_autofree gchar *file = g_build_filename(folder, "rearcharge.conf", NULL);
    g_autofree gchar *drop_ins = g_build_filename(folder, "conf.d", NULL);
    g_autofree gchar *first = g_build_filename(drop_ins, "10-a.conf", NULL);
    g_autofree gchar *second = g_build_filename(drop_ins, "20-b.conf", NULL);
    g_autofree gchar *other = g_build_filename(drop_ins, "30-c.conf.old", NULL);
    g_autoptr(Config) config = NULL;
    g_autoptr(Config) refused = NULL;

    g_mkdir(drop_ins, 0700);
    g_file_set_contents(file, "[order]\nmax_cost_minor=100\nmax_energy_wh=7\n[gear]\nsender=com.example.A\n",
                        -1, NULL);
    g_file_set_contents(first, "[order]\nmax_cost_minor=300\n[gear]\nsender=com.example.B\n", -1, NULL);
    g_file_set_contents(second, "[order]\nmax_cost_minor=200\n", -1, NULL);
    g_file_set_contents(other, "nonsense", -1, NULL);
    config = config_load(file, &error);
    cr_expect(config != NULL && config->consent.limits.max_cost_minor == 200, "%s",
              error != NULL ? error->message : "");
    cr_expect(config != NULL && config->consent.limits.max_energy_wh == 7);
    cr_expect(config != NULL && g_str_equal(config->gear->sender, "com.example.B"));
    g_file_set_contents(second, "[order]\nmax_cost_minor=no\n", -1, NULL);
    refused = config_load(file, &error);
    cr_expect(refused == NULL && strstr(error->message, "20-b.conf") != NULL, "the file at fault is named");
    g_remove(first);
    g_remove(second);
    g_remove(other);
    g_remove(drop_ins);
    g_remove(file);
    g_remove(folder);
}

Test(config, a_missing_file_is_refused)
{
    g_autoptr(GError) error = NULL;

    cr_assert_null(config_load("/nonexistent/rearcharge.conf", &error));
    cr_assert_str_eq(error->message, "/nonexistent/rearcharge.conf: expected a readable file");
}
