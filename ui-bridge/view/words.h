/* What the page says, in the driver's language: stable words of the contracts to words for people. Pure. */
#pragma once

#include <glib.h>

typedef enum { WORDS_ENGLISH, WORDS_CHINESE, WORDS_N_LANGUAGES } WordsLanguage;

/* @text: (nullable): "en", "zh-CN", a whole Accept-Language (its first choice counts); else English */
WordsLanguage words_language_from(const gchar *text);
const gchar *words_language_code(WordsLanguage language); /* "en" */

/**
 * words_find:
 * @kind: "state", "advice", "gear" ...; see words.c
 * @word: as it stands in the contract
 *
 * Returns: (transfer none) (nullable): NULL when a newer daemon says something that we do not know
 */
const gchar *words_find(WordsLanguage language, const gchar *kind, const gchar *word);

/* Returns: (transfer full): {"word":"text",..} of one @kind of words_face.c */
gchar *words_print(WordsLanguage language, const gchar *kind);

/* A label of our own ("label"): always there. */
const gchar *words_label(WordsLanguage language, const gchar *name);
