/* Group commit: what many stations say in one turn of the poller is stored in one transaction, one write to
 * the disk for all; only then is any of them answered and anything done in the world. "Persist, then act" as
 * before, for a crowd. Stands between the desk and the world: effects of the desk wait here while a group is
 * open.
 *
 * A group lives within one dispatch of the poller (weblink/ws_poller.h): no request of a car or operator is
 * handled between its first write and its commit, so nobody is shown what may still be lost. Outside of such
 * a dispatch (stations over TLS) there are no groups, and everything is as it would be without.
 */
#pragma once

#include "server-stub/desk.h"

typedef struct _GroupCommit GroupCommit;

/* @store: borrowed. @ports, @data: the world; copied, borrowed */
GroupCommit *group_commit_new(Store *store, const DeskPorts *ports, gpointer data);
void group_commit_free(GroupCommit *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GroupCommit, group_commit_free)

/* For the desk; their data is the GroupCommit. */
extern const DeskPorts group_commit_ports;
/* For answers to held calls that come to nothing. */
void group_commit_set_desk(GroupCommit *self, Desk *desk);

/* What is stored from now on belongs to the open group. Returns: FALSE: no groups here, every change is its
 * own */
gboolean group_commit_join(GroupCommit *self);
/* @then: called when the group is on the disk, or (@committed FALSE) nothing of it is; at once without a
 * group.
 * @data: its owner's */
void group_commit_after(GroupCommit *self, void (*then)(gboolean committed, gpointer data), gpointer data);
/* Ends the open group now, if there is one. */
void group_commit_flush(GroupCommit *self);
