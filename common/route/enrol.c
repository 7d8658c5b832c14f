#include "route/enrol.h"

#include <string.h>

#include "base/enc.h"
#include "base/secret.h"
#include "crypto/qr.h"
#include "domain/policy.h"

#define QR_MAX (64 * 1024)
#define SCHEME "otpauth://totp/"

static void
groups_of_four(struct buf *out, const char *text)
{
	for (size_t i = 0; text[i]; i++) {
		if (i > 0 && i % 4 == 0)
			buf_ch(out, ' ');
		buf_ch(out, text[i]);
	}
}

void
enrol_secret(struct reply *rp, const char *username, const uint8_t secret[static TOTP_SECRET_LEN])
{
	char text[ENC_B32_LEN(TOTP_SECRET_LEN) + 1];
	struct buf uri, a, b;
	int size = 0;
	bool ok;

	buf_init(&uri, 512);
	buf_init(&a, QR_MAX);
	buf_init(&b, QR_MAX);
	enc_b32(text, secret, TOTP_SECRET_LEN);
	totp_uri(&uri, username, secret);
	if (rp->rq->html) {
		groups_of_four(&b, text);
		ok = qr_path(&a, &size, uri.p);
		reply_view_text(rp, "qr_path", a.p);
		reply_view_num(rp, "qr_size", size);
		reply_view_text(rp, "secret_groups", b.p);
		/* the template writes the scheme itself, so that no other can ever stand in the address */
		reply_view_text(rp, "uri_rest", uri.len > sizeof(SCHEME) - 1 ? uri.p + sizeof(SCHEME) - 1 : "");
	} else {
		ok = qr_svg(&a, uri.p) && qr_png_uri(&b, uri.p);
		reply_text(rp, "qr", a.p);
		reply_text(rp, "qr_png", b.p);
	}
	reply_text(rp, "secret", text);
	reply_text(rp, "uri", uri.p);
	if (!ok || uri.failed)
		reply_error(rp, ERR_INTERNAL);
	secret_wipe(text, sizeof(text));
	buf_wipe(&uri);
	buf_wipe(&a);
	buf_wipe(&b);
}

void
enrol_phrase(struct reply *rp, const char *phrase)
{
	struct json_object *words = reply_view_list(rp, "words");
	int n = 0;

	reply_text(rp, "phrase", phrase);
	for (const char *p = phrase; *p;) {
		size_t len = strcspn(p, " ");
		char word[32];
		struct json_object *o = model_add(words);

		snprintf(word, sizeof(word), "%.*s", (int)len, p);
		model_num(o, "n", ++n);
		model_text(o, "word", word);
		secret_wipe(word, sizeof(word));
		p += len + (p[len] == ' ');
	}
}

bool
enrol_password(struct call *c, struct reply *rp, size_t password, size_t repeat, const char *username, const char *email)
{
	static const enum field_error faults[] = {
		[POLICY_OK] = FIELD_OK,
		[POLICY_SHORT] = FIELD_TOO_SHORT,
		[POLICY_LONG] = FIELD_TOO_LONG,
		[POLICY_COMMON] = FIELD_COMMON,
		[POLICY_WEAK] = FIELD_WEAK,
	};
	enum field_error f = faults[policy_password(arg_text(c, password), username, email)];

	if (f != FIELD_OK)
		call_field(c, rp, password, f);
	if (arg_given(c, repeat) && !secret_equal_text(arg_text(c, password), arg_text(c, repeat))) {
		call_field(c, rp, repeat, FIELD_DIFFERENT);
		return false;
	}
	return f == FIELD_OK;
}
