/* instance.h - which cloud instance this is, by EC2's metadata service, version 2 alone (a token first). Layer: domain.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html */
#ifndef DOMAIN_INSTANCE_H
#define DOMAIN_INSTANCE_H

#include "base/attr.h"

#define INSTANCE_VALUE_MAX 128
#define INSTANCE_CALL_MS 1000  /* one question */
#define INSTANCE_TOTAL_MS 1800 /* all together */

enum instance_fact {
	INSTANCE_ID, INSTANCE_TYPE, INSTANCE_REGION, INSTANCE_ZONE, INSTANCE_VPC, INSTANCE_PUBLIC, INSTANCE_PRIVATE, INSTANCE_KEY, INSTANCE_IMAGE, INSTANCE__MAX
};
/* Their names in answers, in the same order. */
extern const char *const instance_names[INSTANCE__MAX];

enum instance_state {
	INSTANCE_NONE,    /* nobody answers: not on a cloud instance, or in a container one hop too far away */
	INSTANCE_REFUSED, /* something answers, but gives no token: version 1 alone, turned off, or no metadata service */
	INSTANCE_PART,    /* it stopped answering half-way: what was told until then */
	INSTANCE_FINE
};

struct instance {
	enum instance_state state;
	char at[INSTANCE__MAX][INSTANCE_VALUE_MAX + 1]; /* letters, digits and - . : _ / @ = + only; "" where there is none */
};

/* Ask the service at AWS_EC2_METADATA_SERVICE_ENDPOINT. Never fails: see state. */
void instance_read(struct instance *in);

#endif
