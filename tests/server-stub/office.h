/* An operator's office over a desk_world: what the tests of offers and rules share. */
#pragma once

#include "server-stub/offer_desk.h"
#include "tests/server-stub/desk_world.h"

#define MINUTE (60 * G_GINT64_CONSTANT(1000))

typedef struct {
    World *world;
    OfferDesk *desk;
    guint told;
    gint64 due_ms;
} Office;

Office *office_new(void);
void office_free(Office *o);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Office, office_free)
void office_restart(Office *o);

/* @text: the operator's JSON; @id: (nullable): NULL: a new one */
JsonNode *try_write(Office *o, OfferDeskKind kind, const gchar *id, const gchar *text, GError **error);
/* Returns: (transfer full): the new id */
gchar *make(Office *o, OfferDeskKind kind, const gchar *text);
/* Where world_new() puts its piles. */
void subscribe(Office *o, const gchar *vehicle, guint kinds);
guint n_news(Office *o, const gchar *vehicle);
/* 20 % off at PILE1 for an hour, as JSON. @rest: further members, with a comma in front. (transfer full) */
gchar *offer_text(Office *o, const gchar *rest);
/* The same, written. (transfer full): the new id */
gchar *make_offer(Office *o, const gchar *rest);
/* @code: (out): why not */
gboolean accept_offer(Office *o, const gchar *vehicle, const gchar *offer_id, const gchar **code);
ScanAnswer scan_pile1(Office *o, const gchar *vehicle);
