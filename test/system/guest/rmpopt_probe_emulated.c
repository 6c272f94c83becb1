// SPDX-License-Identifier: GPL-2.0
/* The probe as it is, built to have its RMPOPT emulated: it needs rmpopt_emulation to load. */
#define RMPOPT_EMULATED
#include "rmpopt_probe.c"
