/* Story: what a person reads in the daemon's log, one line for each thing that happened. No secrets. */
#pragma once

#include "daemon/journey/trip.h"
#include "protocol/camera_msg.h"

void story_tell(const Trip *before, const Trip *after);
void story_tell_camera(const CameraMsg *msg);
