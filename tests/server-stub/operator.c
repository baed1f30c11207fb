/* What the server keeps for the operator's page. */
#include "server-stub/model/message_ring.h"
#include "server-stub/model/operator_sessions.h"

#include <criterion/criterion.h>
#include <string.h>

static void add(MessageRing *ring, const gchar *station, const gchar *text)
{
    message_ring_add(ring, station, TRUE, text, strlen(text), 1000);
}

static guint n_found(MessageRing *ring, gint64 after_seq, const gchar *station, const gchar *text,
                     guint limit)
{
    g_autoptr(GPtrArray) found = message_ring_find(ring, after_seq, station, text, limit);

    return found->len;
}

Test(message_ring, finds_by_station_in_any_case_and_by_text)
{
    g_autoptr(MessageRing) ring = message_ring_new();

    add(ring, "PILE1", "[2,\"a\",\"Heartbeat\",{}]");
    add(ring, "PILE2", "[2,\"b\",\"BootNotification\",{}]");
    cr_expect_eq(n_found(ring, 0, "pile", NULL, 10), 2);
    cr_expect_eq(n_found(ring, 0, "pile2", NULL, 10), 1);
    cr_expect_eq(n_found(ring, 0, "pile2", "Heartbeat", 10), 0);
    cr_expect_eq(n_found(ring, 0, NULL, "Heartbeat", 10), 1);
    cr_expect_eq(n_found(ring, 1, NULL, NULL, 10), 1, "only what came after");
}

Test(message_ring, gives_the_newest_oldest_first)
{
    g_autoptr(MessageRing) ring = message_ring_new();
    g_autoptr(GPtrArray) found = NULL;

    for (guint i = 0; i < 5; i++)
        add(ring, "P", "x");
    found = message_ring_find(ring, 0, NULL, NULL, 3);
    cr_assert_eq(found->len, 3);
    for (guint i = 0; i < 3; i++)
        cr_expect_eq(((RingMessage *)found->pdata[i])->seq, 3 + i);
}

Test(message_ring, forgets_the_oldest_by_number_and_by_bytes)
{
    g_autoptr(MessageRing) many = message_ring_new();
    g_autoptr(MessageRing) large = message_ring_new();
    g_autofree gchar *text = g_strnfill(MESSAGE_RING_TEXT_MAX_BYTES, 'x');
    guint n_large = MESSAGE_RING_MAX_BYTES / MESSAGE_RING_TEXT_MAX_BYTES + 10;

    for (guint i = 0; i < MESSAGE_RING_MAX + 7; i++)
        add(many, "P", "x");
    cr_expect_eq(n_found(many, 0, NULL, NULL, G_MAXUINT), MESSAGE_RING_MAX);
    cr_expect_eq(message_ring_last_seq(many), MESSAGE_RING_MAX + 7);
    for (guint i = 0; i < n_large; i++)
        add(large, "P", text);
    cr_expect_lt(n_found(large, 0, NULL, NULL, G_MAXUINT), n_large);
}

Test(message_ring, cuts_between_characters_and_keeps_the_text_valid)
{
    g_autoptr(MessageRing) ring = message_ring_new();
    g_autoptr(GString) text = g_string_new("x"); /* then 3 bytes each: the limit falls inside one */
    g_autoptr(GPtrArray) found = NULL;
    const RingMessage *message = NULL;

    while (text->len <= MESSAGE_RING_TEXT_MAX_BYTES)
        g_string_append(text, "充");
    add(ring, "P", text->str);
    found = message_ring_find(ring, 0, NULL, NULL, 1);
    message = found->pdata[0];
    cr_expect(message->cut);
    cr_expect(g_utf8_validate(message->text, -1, NULL));
    cr_expect(g_str_has_prefix(text->str, message->text));
}

Test(operator_sessions, end_after_a_shift_or_when_closed)
{
    g_autoptr(OperatorSessions) sessions = operator_sessions_new();

    operator_sessions_open(sessions, "a", 0);
    operator_sessions_open(sessions, "b", 0);
    cr_expect(operator_sessions_know(sessions, "a", OPERATOR_SESSION_MS - 1));
    cr_expect_not(operator_sessions_know(sessions, "a", OPERATOR_SESSION_MS));
    cr_expect_not(operator_sessions_know(sessions, "c", 0));
    operator_sessions_close(sessions, "b");
    cr_expect_not(operator_sessions_know(sessions, "b", 0));
}

Test(operator_sessions, the_oldest_makes_room)
{
    g_autoptr(OperatorSessions) sessions = operator_sessions_new();

    for (gint i = 0; i <= OPERATOR_SESSIONS_MAX; i++) {
        g_autofree gchar *hash = g_strdup_printf("%d", i);

        operator_sessions_open(sessions, hash, i);
    }
    cr_expect_not(operator_sessions_know(sessions, "0", OPERATOR_SESSIONS_MAX));
    cr_expect(operator_sessions_know(sessions, "1", OPERATOR_SESSIONS_MAX));
}
