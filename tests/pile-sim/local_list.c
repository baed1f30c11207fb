/* The local authorization list (OCPP 2.0.1 part 2, D01-D02), and how it is stored (threats.md 10). */
#include <criterion/criterion.h>
#include <string.h>

#include "protocol/json_gate.h"
#include "tests/pile-sim/rig.h"

#define ENTRY(id) "{'idToken':{'idToken':'" id "','type':'Central'},'idTokenInfo':{'status':'Accepted'}}"
#define GONE(id) "{'idToken':{'idToken':'" id "','type':'Central'}}"

static const gchar *send(Rig *rig, const gchar *update, gint version, const gchar *entries)
{
    g_autofree gchar *list =
        *entries != '\0' ? g_strdup_printf(",'localAuthorizationList':[%s]", entries) : g_strdup("");
    g_autofree gchar *json =
        g_strdup_printf("{'versionNumber':%d,'updateType':'%s'%s}", version, update, list);

    return rig_ask(rig, OCPP_ACTION_SEND_LOCAL_LIST, json);
}

static gint version(Rig *rig)
{
    rig_ask(rig, OCPP_ACTION_GET_LOCAL_LIST_VERSION, "{}");
    return (gint)json_object_get_int_member(rig->answer, "versionNumber");
}

static gboolean knows(Rig *rig, const gchar *id)
{
    OcppIdToken token = {.present = TRUE, .type = OCPP_ID_TOKEN_CENTRAL};
    gchar hash[SEAL_ID_BYTES];

    g_strlcpy(token.id_token, id, sizeof token.id_token);
    seal_id(rig->station->offline.device.key, &token, hash);
    return id_book_find(&rig->station->offline.list.book, hash) != NULL;
}

static gchar *many(guint n)
{
    GString *entries = g_string_new(NULL);

    for (guint i = 0; i < n; i++)
        g_string_append_printf(entries, "%s" ENTRY("CAR%u"), i > 0 ? "," : "", i);
    return g_string_free(entries, FALSE);
}

Test(local_list, there_is_none_at_first)
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    cr_assert_eq(version(rig), 0);
}

Test(local_list, full_replaces_everything) /* D01.FR.15 */
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    cr_assert_str_eq(send(rig, "Full", 7, ENTRY("A") "," ENTRY("B")), "Accepted");
    cr_assert_str_eq(send(rig, "Full", 3, ENTRY("C")), "Accepted");
    cr_expect_eq(version(rig), 3);
    cr_expect_not(knows(rig, "A"));
    cr_expect(knows(rig, "c"), "compared without case");
}

Test(local_list, differential_adds_changes_and_removes) /* D01.FR.16, 17 */
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    send(rig, "Full", 1, ENTRY("A") "," ENTRY("B"));
    cr_assert_str_eq(send(rig, "Differential", 2, ENTRY("C") "," GONE("A") "," GONE("NEVER-THERE")),
                     "Accepted");
    cr_expect_eq(version(rig), 2);
    cr_expect_not(knows(rig, "A"));
    cr_expect(knows(rig, "B") && knows(rig, "C"));
}

Test(local_list, an_old_version_is_a_mismatch_and_changes_nothing) /* D01.FR.19 */
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    send(rig, "Full", 5, ENTRY("A"));
    cr_expect_str_eq(send(rig, "Differential", 5, ENTRY("B")), "VersionMismatch");
    cr_expect_str_eq(send(rig, "Differential", 4, GONE("A")), "VersionMismatch");
    cr_expect_eq(version(rig), 5);
    cr_expect(knows(rig, "A") && !knows(rig, "B"));
}

Test(local_list, bad_updates_fail_whole)
{
    static const gchar *const bad[] = {
        ENTRY("B") "," ENTRY("B"), /* the same id twice */
        ENTRY("B") "," GONE("C"),  /* Full, but without idTokenInfo */
    };
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    send(rig, "Full", 5, ENTRY("A"));
    for (guint i = 0; i < G_N_ELEMENTS(bad); i++)
        cr_expect_str_eq(send(rig, "Full", 6, bad[i]), "Failed", "row %u", i);
    cr_expect_str_eq(send(rig, "Full", 0, ENTRY("B")), "Failed", "D01.FR.18: versions start at 1");
    cr_expect_eq(version(rig), 5);
    cr_expect(knows(rig, "A") && !knows(rig, "B"));
}

Test(local_list, more_items_than_ItemsPerMessage_are_refused_whole) /* D01.FR.11 */
{
    g_autoptr(Rig) rig = rig_new(1, 1);
    g_autofree gchar *hundred = many(100), *too_many = many(101);

    rig_link(rig);
    cr_expect_str_eq(send(rig, "Full", 1, too_many), "");
    cr_expect_eq(rig->refusal, OCPP_ERROR_OCCURRENCE_CONSTRAINT);
    cr_expect_eq(version(rig), 0);
    cr_expect_str_eq(send(rig, "Full", 1, hundred), "Accepted");
}

Test(local_list, an_empty_full_list_removes_all) /* D01.FR.04, D02.FR.03 */
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    send(rig, "Full", 5, ENTRY("A"));
    cr_expect_str_eq(send(rig, "Full", 6, ""), "Accepted");
    cr_expect_eq(version(rig), 0);
    cr_expect_not(knows(rig, "A"));
}

Test(local_list, survives_a_power_cut) /* D01.FR.10 */
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    send(rig, "Full", 5, ENTRY("A"));
    rig_power_cut(rig);
    rig_link(rig);
    cr_expect_eq(version(rig), 5);
    cr_expect(knows(rig, "A"));
}

Test(local_list, is_stored_without_any_id_in_it)
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    send(rig, "Full", 5, ENTRY("WVWZZZ1JZXW000001"));
    cr_assert_not_null(g_hash_table_lookup(rig->records, "list"));
    cr_expect_null(strstr(g_hash_table_lookup(rig->records, "list"), "WVWZZZ1JZXW000001"));
}

static void swap(Rig *rig, const gchar *name, const gchar *text)
{
    g_hash_table_replace(rig->records, g_strdup(name), g_strdup(text));
}

Test(local_list, an_edited_byte_a_cut_or_another_record_is_refused)
{
    g_autoptr(Rig) rig = rig_new(1, 1);
    g_autofree gchar *good = NULL;
    gsize len = 0;

    rig_link(rig);
    send(rig, "Full", 5, ENTRY("A"));
    good = g_strdup(g_hash_table_lookup(rig->records, "list"));
    len = strlen(good);
    for (gsize i = 0; i < len; i += 7) { /* every seventh byte: all of them would take long */
        g_autofree gchar *edited = g_strdup(good);
        g_autoptr(GError) error = NULL;
        g_autoptr(JsonObject) json = NULL;
        edited[i] = edited[i] == '1' ? '2' : '1';
        json = json_gate_parse_object(edited, len, NULL);
        if (json != NULL)
            cr_expect_null(seal_open(rig->device.key, "list", json, &error), "byte %zu: %s", i, edited);
    }
    g_autoptr(JsonObject) json = json_gate_parse_object(good, len, NULL);
    g_autoptr(JsonObject) opened = seal_open(rig->device.key, "list", json, NULL);
    cr_assert_not_null(opened);
    cr_assert_null(seal_open(rig->device.key, "cache", json, NULL));
}

Test(local_list, a_damaged_record_leaves_no_list_and_the_pile_runs_on)
{
    g_autoptr(Rig) rig = rig_new(1, 1);

    rig_link(rig);
    send(rig, "Full", 5, ENTRY("A"));
    swap(rig, "list",
         "{\"content\":\"{\\\"version\\\":9,\\\"generation\\\":1,\\\"ids\\\":[]}\",\"mac\":\"00\"}");
    rig_power_cut(rig);
    rig_link(rig);
    cr_expect_eq(version(rig), 0, "the CSMS sees that it must send it again");
    cr_expect_str_eq(send(rig, "Full", 6, ENTRY("A")), "Accepted");
    rig_power_cut(rig);
    rig_link(rig);
    cr_expect_eq(version(rig), 6);
}

Test(local_list, an_older_copy_of_the_record_is_refused)
{
    g_autoptr(Rig) rig = rig_new(1, 1);
    g_autofree gchar *older = NULL;

    rig_link(rig);
    send(rig, "Full", 5, ENTRY("STOLEN-CAR"));
    older = g_strdup(g_hash_table_lookup(rig->records, "list"));
    send(rig, "Differential", 6, GONE("STOLEN-CAR"));
    send(rig, "Differential", 7, ENTRY("B"));
    swap(rig, "list", older);
    rig_power_cut(rig);
    rig_link(rig);
    cr_expect_not(knows(rig, "STOLEN-CAR"));
    cr_expect_eq(version(rig), 0);
}
