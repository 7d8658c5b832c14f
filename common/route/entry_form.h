/* entry_form.h - what the forms of new and changed entries share. Layer: route. */
#ifndef ROUTE_ENTRY_FORM_H
#define ROUTE_ENTRY_FORM_H

#include "route/entry_model.h"

/* The buttons of the form: save, generate (make a password and show it in the form), draft (take the password that came along into the form). KEPT is no button: the form as it was sent
 * when its session had ended. */
enum { ENTRY_FORM_SAVE, ENTRY_FORM_GENERATE, ENTRY_FORM_DRAFT, ENTRY_FORM_KEPT };
extern const char *const entry_form_actions[];

/* The password that the form's own generator made and that is not saved yet (its form says so: flag `made`), else "". Like all that the server shows in the form, it is
 * shown again with a refusal; what a person typed as password or key is not sent back, and the form says so. */
const char *entry_form_made(const struct call *c, size_t made);
/* The keys that both forms need besides form.NAME. After a POST the form is what a browser gets with every refusal (reply.h, `again`). */
void entry_form_show(struct call *c, struct reply *rp, bool edit, const char *generated, int bits);
/* Serve the buttons generate and draft: true when one of them was pressed and the form is the answer. */
NODISCARD bool entry_form_password(struct call *c, struct reply *rp, int64_t action, bool edit);

#endif
