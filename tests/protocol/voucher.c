/* Vouchers. The vector is computed by Node's crypto (protocol/examples/offline/voucher.json). */
#include <criterion/criterion.h>
#include <string.h>

#include "protocol/json_gate.h"
#include "protocol/voucher.h"

#define ID "5b1f0c3e-8a77-4d52-9c1e-0a1b2c3d4e5f"

typedef struct {
    guint8 server_key[VOUCHER_KEY_BYTES], server_secret[VOUCHER_SECRET_BYTES];
    guint8 car_key[VOUCHER_KEY_BYTES], car_secret[VOUCHER_SECRET_BYTES];
    guint8 challenge[VOUCHER_CHALLENGE_BYTES];
    Voucher voucher;
    VoucherQuestion question;
} World;

static void set_up(World *world)
{
    static const guint8 server_seed[VOUCHER_SEED_BYTES] = {1}, car_seed[VOUCHER_SEED_BYTES] = {2};

    memset(world, 0, sizeof *world);
    voucher_key_pair(server_seed, world->server_key, world->server_secret);
    voucher_key_pair(car_seed, world->car_key, world->car_secret);
    memset(world->challenge, 7, sizeof world->challenge);
    world->voucher = (Voucher){.id = ID, .issued_s = 1000, .expires_s = 2000, .energy_cap_wh = 30000};
    memcpy(world->voucher.vehicle_key, world->car_key, VOUCHER_KEY_BYTES);
    world->question = (VoucherQuestion){world->challenge, "CS-1", "DEABCE123451", ID};
}

static void seed_of(JsonObject *file, const gchar *name, guint8 seed[VOUCHER_SEED_BYTES])
{
    const gchar *hex = json_object_get_string_member(file, name);

    for (guint i = 0; i < VOUCHER_SEED_BYTES; i++)
        seed[i] = (guint8)(g_ascii_xdigit_value(hex[2 * i]) << 4 | g_ascii_xdigit_value(hex[2 * i + 1]));
}

Test(voucher, golden_vector)
{
    g_autofree gchar *text = NULL, *signed_text = NULL, *answer = NULL, *key = NULL;
    gsize len = 0;
    g_autoptr(JsonObject) file = NULL;
    guint8 seed[VOUCHER_SEED_BYTES], challenge[VOUCHER_CHALLENGE_BYTES];
    World world;
    Voucher read = {0};

    set_up(&world);
    cr_assert(g_file_get_contents(EXAMPLES_DIR "/offline/voucher.json", &text, &len, NULL));
    file = json_gate_parse_object(text, len, NULL);
    cr_assert_not_null(file);
    seed_of(file, "server_seed_hex", seed);
    voucher_key_pair(seed, world.server_key, world.server_secret);
    seed_of(file, "vehicle_seed_hex", seed);
    voucher_key_pair(seed, world.car_key, world.car_secret);
    key = voucher_key_text(world.server_key);
    cr_expect_str_eq(key, json_object_get_string_member(file, "server_key"));

    cr_assert(voucher_verify(json_object_get_string_member(file, "voucher"), world.server_key, &read, NULL));
    cr_expect_str_eq(read.id, json_object_get_string_member(file, "voucher_id"));
    cr_expect_eq(read.issued_s, json_object_get_int_member(file, "issued_s"));
    cr_expect_eq(read.expires_s, json_object_get_int_member(file, "expires_s"));
    cr_expect_eq(read.energy_cap_wh, json_object_get_int_member(file, "energy_cap_wh"));
    cr_expect_arr_eq(read.vehicle_key, world.car_key, VOUCHER_KEY_BYTES);
    signed_text = voucher_sign(&read, world.server_secret); /* Ed25519 is deterministic */
    cr_expect_str_eq(signed_text, json_object_get_string_member(file, "voucher"));

    cr_assert(voucher_key_parse(json_object_get_string_member(file, "challenge"), challenge, NULL));
    world.question = (VoucherQuestion){challenge, json_object_get_string_member(file, "station"),
                                       json_object_get_string_member(file, "evse_key"), read.id};
    answer = voucher_answer(&world.question, world.car_secret);
    cr_expect_str_eq(answer, json_object_get_string_member(file, "answer"));
    cr_expect(voucher_answer_verify(&world.question, answer, read.vehicle_key, NULL));
}

Test(voucher, every_altered_character_is_refused)
{
    World world;
    g_autofree gchar *text = NULL;

    set_up(&world);
    text = voucher_sign(&world.voucher, world.server_secret);
    cr_assert_eq(strlen(text), VOUCHER_TEXT_CHARS);
    for (gsize i = 0; i < strlen(text); i++) {
        g_autofree gchar *altered = g_strdup(text);
        g_autoptr(GError) error = NULL;
        Voucher read = {.id = "untouched"};
        altered[i] = altered[i] == 'A' ? 'B' : 'A';
        cr_expect_not(voucher_verify(altered, world.server_key, &read, &error), "character %zu", i);
        cr_expect_eq(error->domain, VOUCHER_ERROR);
        cr_expect_str_eq(read.id, "untouched");
    }
}

Test(voucher, another_servers_voucher_is_refused)
{
    World world;
    g_autofree gchar *text = NULL;
    g_autoptr(GError) error = NULL;
    Voucher read;

    set_up(&world);
    text = voucher_sign(&world.voucher, world.car_secret);
    cr_assert(voucher_parse(text, &read, NULL));
    cr_assert_not(voucher_verify(text, world.server_key, &read, &error));
    cr_assert(g_error_matches(error, VOUCHER_ERROR, VOUCHER_ERROR_SIGNATURE));
}

Test(voucher, other_texts_are_malformed_or_of_another_version)
{
    World world;
    g_autofree gchar *text = NULL, *padded = NULL, *newer = NULL;
    g_autoptr(GError) error = NULL;
    Voucher read;

    set_up(&world);
    text = voucher_sign(&world.voucher, world.server_secret);
    padded = g_strconcat(text, "=", NULL);
    newer = g_strdup(text);
    newer[1] = 'g'; /* the first byte is 2 */
    cr_expect_not(voucher_parse(NULL, &read, NULL));
    cr_expect_not(voucher_parse("", &read, NULL));
    cr_expect_not(voucher_parse(padded, &read, NULL));
    cr_expect_not(voucher_parse(text + 1, &read, NULL));
    cr_expect_not(voucher_parse(newer, &read, &error));
    cr_expect(g_error_matches(error, VOUCHER_ERROR, VOUCHER_ERROR_UNSUPPORTED));
}

/* Found by fuzzing: libsodium 1.0.18 decodes bytes above 127 as '_'. */
Test(voucher, a_text_has_one_form_only)
{
    World world;
    g_autofree gchar *text = NULL;
    Voucher read;
    guint found = 0;

    set_up(&world);
    text = voucher_sign(&world.voucher, world.server_secret);
    for (gchar *at = text; (at = strchr(at, '_')) != NULL; found++) {
        *at = '\xa3';
        cr_expect_not(voucher_parse(text, &read, NULL));
        *at++ = '_';
    }
    cr_assert_gt(found, 0);
    cr_assert(voucher_parse(text, &read, NULL));
}

Test(voucher, an_answer_is_good_for_one_challenge_pile_evse_and_voucher)
{
    World world;
    guint8 other_challenge[VOUCHER_CHALLENGE_BYTES] = {0};
    g_autofree gchar *answer = NULL;

    set_up(&world);
    answer = voucher_answer(&world.question, world.car_secret);
    cr_assert_eq(strlen(answer), VOUCHER_ANSWER_CHARS);
    VoucherQuestion others[] = {world.question, world.question, world.question, world.question};
    others[0].challenge = other_challenge;
    others[1].station = "CS-2";
    others[2].evse_key = "DEABCE123452";
    others[3].voucher_id = "00000000-8a77-4d52-9c1e-0a1b2c3d4e5f";
    cr_expect(voucher_answer_verify(&world.question, answer, world.car_key, NULL));
    for (guint i = 0; i < G_N_ELEMENTS(others); i++)
        cr_expect_not(voucher_answer_verify(&others[i], answer, world.car_key, NULL), "row %u", i);
    cr_expect_not(voucher_answer_verify(&world.question, answer, world.server_key, NULL));
    cr_expect_not(voucher_answer_verify(&world.question, "", world.car_key, NULL));
}

Test(voucher, a_voucher_cannot_pass_for_an_answer)
{
    World world;
    g_autofree gchar *text = NULL;

    set_up(&world);
    text = voucher_sign(&world.voucher, world.server_secret);
    cr_assert_not(voucher_answer_verify(&world.question, text + VOUCHER_TEXT_CHARS - VOUCHER_ANSWER_CHARS,
                                        world.server_key, NULL));
}
