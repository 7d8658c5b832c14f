/* pool.h - how the pool of connections to DynamoDB is doing: figures from HAProxy's statistics socket (POOL_STATS; ops/haproxy.cfg, read only). Layer: domain. */
#ifndef DOMAIN_POOL_H
#define DOMAIN_POOL_H

#include "base/attr.h"

/* One figure of `show stat`, by its column's name: https://docs.haproxy.org/2.6/management.html#9.1 */
enum pool_figure {
	POOL_CONNECT,  /* connections opened since the pool started */
	POOL_REUSE,    /* requests that took a connection which was open already */
	POOL_IDLE,     /* connections that wait for a request now */
	POOL_IN_USE,   /* connections with a request now */
	POOL_IDLE_MAX, /* connections that are kept open at most */
	POOL_LIMIT,    /* connections in all at most */
	POOL_WAITING,  /* requests that wait for a connection now */
	POOL_ERR_CONNECT, /* connections that could not be opened */
	POOL_ERR_ANSWER,  /* requests without a proper answer */
	POOL_RETRIES,  /* requests sent once more on another connection */
	POOL_MS,       /* mean time of an answer over the last 1,024 requests, milliseconds */
	POOL__MAX
};
/* Their names in answers, in the same order. */
extern const char *const pool_names[POOL__MAX];

enum pool_state { POOL_NONE, POOL_AWAY, POOL_DOWN, POOL_UP };

struct pool {
	enum pool_state state; /* no pool in this installation; its socket does not answer; DynamoDB is out of its reach; fine */
	int64_t at[POOL__MAX]; /* 0 unless DOWN or UP */
};

/* Ask the socket: at most 1 s. Never fails: see state. */
void pool_read(struct pool *p);
/* Requests that needed no new connection, in thousandths of all; -1 before the first request. */
int64_t pool_reuse_rate(const struct pool *p);

#endif
