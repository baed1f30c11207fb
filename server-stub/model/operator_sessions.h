/* Operator sessions: who has logged in at the operator's page. A session is a random secret in a cookie; only
 * its hash is kept, in memory: a restart ends them all. The oldest goes when there are too many. Pure.
 */
#pragma once

#include <glib.h>

#define OPERATOR_SESSIONS_MAX 32
#define OPERATOR_SESSION_MS (12 * 60 * 60 * G_GINT64_CONSTANT(1000)) /* a shift */

typedef struct _OperatorSessions OperatorSessions;

OperatorSessions *operator_sessions_new(void);
void operator_sessions_free(OperatorSessions *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OperatorSessions, operator_sessions_free)

/* @now_ms: monotonic */
void operator_sessions_open(OperatorSessions *self, const gchar *hash, gint64 now_ms);
gboolean operator_sessions_know(OperatorSessions *self, const gchar *hash, gint64 now_ms);
void operator_sessions_close(OperatorSessions *self, const gchar *hash);
