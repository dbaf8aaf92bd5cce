#pragma once
/* libyaml's header for the reader of specs in ViaductCore. No logic. */
#include <yaml.h>
