/* Admission of one showing, shared by station_admission.c (ids, and the frame of all) and station_vouching.c
 * (codes and vouchers: what is used up).
 */
#pragma once

#include "pile-sim/model/station_internal.h"

/* One showing in hand. */
typedef struct {
    Station *station;
    Evse *evse;
    const Showing *showing;
    EvseTurn turn;
    Admission *answer; /* what the deciders fill in */
} AdmissionCase;

/* What the time is at least. */
gint64 admission_case_floor_s(const AdmissionCase *self);
/* Can @token start here? NULL: whoever it is; the server has made a code for this EVSE, whatever is reserved.
 */
AdmissionReason admission_case_may_start(const AdmissionCase *self, const OcppIdToken *token,
                                         const OcppIdToken *group, gboolean needs_cable);
/* The same driver once more: the answer was lost, or the finger was quick. */
gboolean admission_case_is_running(const AdmissionCase *self, const OcppIdToken *token);
void admission_case_admit(const AdmissionCase *self, const Grant *grant);

/* Deciders. Returns: ADMISSION_FINE: admitted, unless the answer's outcome says "asked" */
AdmissionReason admission_show_code(const AdmissionCase *self);
AdmissionReason admission_show_voucher(const AdmissionCase *self);
AdmissionReason admission_show_answer(const AdmissionCase *self);
