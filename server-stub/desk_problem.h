/* What a desk's error is to whoever asked over HTTP. */
#pragma once

#include "server-stub/desk.h"
#include "server-stub/http/web_problem.h"

/* What went wrong inside is for the log. Returns: FALSE */
gboolean desk_problem(const GError *error, WebProblem *problem);
