/* The other tables of words.h, in words_face.c, words_around.c and words_offline.c; only words.c looks here.
 */
#pragma once

#include "ui-bridge/view/words.h"

typedef struct {
    const gchar *kind, *word;
    const gchar *text[WORDS_N_LANGUAGES];
} WordsEntry;

const WordsEntry *words_face(gsize *n);
const WordsEntry *words_around(gsize *n);
const WordsEntry *words_offline(gsize *n);
