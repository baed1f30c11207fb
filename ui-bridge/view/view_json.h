/* The half of the view that writes JSON; for view.c, cards.c and history.c only. */
#pragma once

#include <json-glib/json-glib.h>

#include "ui-bridge/view/view.h"

typedef struct {
    JsonBuilder *json;
    WordsLanguage language;
} View;

const gchar *view_say(View *view, const gchar *kind,
                      const gchar *word); /* the word itself when it is new to us */
void view_put(View *view, const gchar *name, const gchar *text);
void view_put_flag(View *view, const gchar *name, gboolean flag);
void view_put_number(View *view, const gchar *name, gint64 number);
void view_put_null(View *view, const gchar *name);
void view_begin(View *view, const gchar *name);      /* an object; NULL: inside an array */
void view_begin_list(View *view, const gchar *name); /* an array */
void view_end(View *view);
void view_end_list(View *view);
/* Ends the outermost object. Returns: (transfer full) */
gchar *view_finish(View *view);

/* A row without a value is no row. @label: "" for a note; else of words_label() */
void cards_put_row(View *view, const gchar *label, const gchar *value, const gchar *tone);
void cards_put_pile(View *view, GVariant *snapshot);
void cards_put_order(View *view, GVariant *snapshot);
/* @receipt: (nullable): nothing then */
void cards_put_receipt(View *view, const gchar *name, GVariant *receipt);
/* "live": tiles and curve of the running charge, or null */
void cards_put_live(View *view, const ViewInput *input);
