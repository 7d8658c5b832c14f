#include "route/proof.h"

struct proof
proof_of(const struct call *c, size_t current, size_t code)
{
	return (struct proof){
		.session = &c->session,
		.password = arg_text(c, current),
		.code = code == SIZE_MAX ? NULL : arg_text(c, code),
		.client = call_client(c),
	};
}

bool
proof_done(struct call *c, struct reply *rp, enum outcome o, const struct proof *p, size_t current, size_t code)
{
	if (o == OUT_REFUSED)
		call_field(c, rp, current, FIELD_WRONG);
	else if (o == OUT_BAD_CODE)
		call_field(c, rp, code, FIELD_WRONG);
	else
		return call_done(c, rp, o, p->retry);
	return false;
}
