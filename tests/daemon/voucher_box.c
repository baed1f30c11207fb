/* One voucher for one charge: once shown to a pile, it is shown to no other, whatever dies meanwhile. */
#include "daemon/voucher_box.h"

#include <criterion/criterion.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "protocol/json_gate.h"
#include "protocol/voucher.h"

#define ID "5b1f0c3e-8a77-4d52-9c1e-0a1b2c3d4e5f"
#define HERE "DEABCE123451"
#define THERE "DEABCE123452"

static gchar *folder;
static Store *store;

static void begin(void)
{
    gboolean rebuilt;

    folder = g_dir_make_tmp("rearcharge-voucher-XXXXXX", NULL);
    store = store_open(folder, &rebuilt, NULL);
    cr_assert_not_null(store);
}

static void end(void)
{
    g_autoptr(GDir) dir = NULL;
    const gchar *name;

    store_close(store);
    dir = g_dir_open(folder, 0, NULL);
    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree gchar *path = g_build_filename(folder, name, NULL);

        g_remove(path);
    }
    g_rmdir(folder);
    g_clear_pointer(&folder, g_free);
}
TestSuite(voucher_box, .init = begin, .fini = end);

static void do_nothing(gpointer data)
{
}

/* The box of the next life of the program. */
static VoucherBox *open_box(void)
{
    return voucher_box_new(NULL, store, do_nothing, NULL);
}

static void put_one_in_store(void)
{
    VoucherAnswer answer = {.client_ref = ID,
                            .voucher_id = ID,
                            .expires_ms = G_GINT64_CONSTANT(4000000000000),
                            .energy_cap_wh = 3000,
                            .max_cost_minor = 2000,
                            .currency = "EUR"};
    g_autofree gchar *seed = g_strnfill(2 * VOUCHER_SEED_BYTES, '7');
    g_autoptr(JsonObject) object = json_object_new();
    g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
    g_autofree gchar *text = NULL;

    memset(answer.voucher, 'A', sizeof answer.voucher - 1);
    json_object_set_string_member(object, "seed", seed);
    json_object_set_member(object, "voucher", voucher_answer_to_json(&answer));
    json_node_set_object(node, object);
    text = json_gate_print(node, NULL);
    cr_assert(store_save_voucher(store, text, NULL));
}

static void let_files_have(rlim_t bytes)
{
    const struct rlimit limit = {bytes, RLIM_INFINITY};

    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

Test(voucher_box, what_was_shown_to_one_pile_is_shown_to_no_other_also_after_a_crash)
{
    g_autoptr(VoucherBox) before = NULL;
    g_autoptr(VoucherBox) after = NULL;

    put_one_in_store();
    before = open_box();
    cr_assert_not_null(voucher_box_get(before));
    cr_assert(voucher_box_bind(before, HERE));
    cr_assert_not(voucher_box_bind(before, THERE));
    after = open_box();
    cr_assert_not_null(voucher_box_get(after));
    cr_assert_not(voucher_box_bind(after, THERE), "the pile may have used it: its answer was lost");
    cr_assert(voucher_box_bind(after, HERE), "which knows that it is the same charge");
}

Test(voucher_box, what_a_pile_refused_is_still_good)
{
    g_autoptr(VoucherBox) box = NULL;

    put_one_in_store();
    box = open_box();
    cr_assert(voucher_box_bind(box, HERE));
    cr_assert(voucher_box_bind(box, ""));
    cr_assert(voucher_box_bind(box, THERE));
}

Test(voucher_box, a_full_disk_keeps_it_back)
{
    g_autoptr(VoucherBox) box = NULL;

    put_one_in_store();
    box = open_box();
    let_files_have(0);
    cr_assert_not(voucher_box_bind(box, HERE), "not stored, not shown");
    let_files_have(RLIM_INFINITY);
    cr_assert(voucher_box_bind(box, THERE));
}

Test(voucher_box, what_is_spent_is_gone_for_good)
{
    g_autoptr(VoucherBox) before = NULL;
    g_autoptr(VoucherBox) after = NULL;

    put_one_in_store();
    before = open_box();
    voucher_box_spend(before);
    cr_assert_null(voucher_box_get(before));
    after = open_box();
    cr_assert_null(voucher_box_get(after));
}
