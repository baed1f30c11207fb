/* rearchargectl's words that take values: consent, subscribe, share, accept, dismiss. */
#pragma once

#include <glib.h>

/**
 * ctl_words_method:
 * @words: the command line, program name left out
 * @method: (out): NULL: not a word of ours
 * @args: (out) (transfer floating) (nullable): NULL with a @method: it was said what is wrong
 */
void ctl_words_method(const gchar *const *words, const gchar **method, GVariant **args);
