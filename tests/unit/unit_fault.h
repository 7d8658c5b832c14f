/* unit_fault.h - the n-th call of one kind fails, once. Whoever includes this has declared enum fault before. No layer: tests only. */
#ifndef UNIT_FAULT_H
#define UNIT_FAULT_H

static struct {
	enum fault kind;
	unsigned nth; /* 0: none */
	bool fired;
} armed;

static bool
fault(enum fault kind)
{
	bool now = armed.nth > 0 && armed.kind == kind && --armed.nth == 0;

	armed.fired |= now;
	return now;
}

#endif
