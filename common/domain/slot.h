/* slot.h - the KDF slots: at most two memory-hard calls at once on a machine (SECURITY.md 4). Layer: domain. */
#ifndef DOMAIN_SLOT_H
#define DOMAIN_SLOT_H

#include "base/attr.h"

#define SLOT_COUNT 2
#define SLOT_WAITERS 64
#define SLOT_WAIT_MS 3000

/* Take a slot: waits at most SLOT_WAIT_MS, with at most SLOT_WAITERS processes waiting. False when it came to none (logged). The kernel
 * gives a slot back when its process ends, however it ends. */
NODISCARD bool slot_take(void);
void slot_give(void);
/* How many slots are taken now, 0..SLOT_COUNT, and how many processes wait, 0..SLOT_WAITERS. For a process that holds none. */
void slot_look(int *busy, int *waiting);

#endif
