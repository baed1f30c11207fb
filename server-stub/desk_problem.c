#include "server-stub/desk_problem.h"

gboolean desk_problem(const GError *error, WebProblem *problem)
{
    problem->status = desk_error_status(error);
    problem->code = desk_error_code(error);
    g_strlcpy(problem->detail, error->domain == DESK_ERROR ? error->message : "the server could not do it",
              sizeof problem->detail);
    if (error->domain != DESK_ERROR)
        g_warning("%s", error->message);
    return FALSE;
}
