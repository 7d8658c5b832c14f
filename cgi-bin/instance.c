/* instance: which cloud instance this is. For the person who runs the server. */
#include "base/lang.h"
#include "domain/instance.h"
#include "pages.h"
#include "route/route.h"

static const struct {
	const char *name, *title, *sentence;
} states[] = {
	[INSTANCE_NONE] = { "none", TR("Not on a cloud instance"), TR("Nobody answers where EC2 keeps its metadata. In a container on EC2, allow two hops: aws ec2 modify-instance-metadata-options --http-put-response-hop-limit 2.") },
	[INSTANCE_REFUSED] = { "refused", TR("No token"), TR("Something answers where EC2 keeps its metadata, but gives no token. Version 1 is never asked. Allow version 2 for this instance.") },
	[INSTANCE_PART] = { "part", TR("Not everything was told"), TR("The metadata service stopped answering half-way. What it told until then stands below; look again.") },
	[INSTANCE_FINE] = { "fine", TR("On a cloud instance"), TR("Told by EC2’s metadata service, version 2.") },
};

static const char *const labels[INSTANCE__MAX] = {
	TR("Instance"), TR("Type"), TR("Region"), TR("Availability zone"), TR("VPC"), TR("Public address"), TR("Private address"), TR("Key name"), TR("Image (AMI)"),
};

static void
show(struct call *c, struct reply *rp)
{
	struct json_object *rows;
	struct instance in;

	(void)c;
	instance_read(&in);
	reply_text(rp, "state", states[in.state].name);
	for (size_t i = 0; i < INSTANCE__MAX; i++)
		reply_text(rp, instance_names[i], in.at[i]);
	reply_view_text(rp, "title", tr(states[in.state].title));
	reply_view_text(rp, "sentence", tr(states[in.state].sentence));
	reply_view_flag(rp, "bad", in.state == INSTANCE_REFUSED || in.state == INSTANCE_PART);
	reply_view_flag(rp, "told", in.state >= INSTANCE_PART);
	rows = reply_view_list(rp, "rows");
	for (size_t i = 0; i < INSTANCE__MAX && in.state >= INSTANCE_PART; i++) {
		struct json_object *o = model_add(rows);

		model_text(o, "label", tr(labels[i]));
		model_text(o, "value", in.at[i]);
	}
}

static const struct route route = {
	.name = "instance", .page = &page_instance, .auth = auth_local_or_admin, .others = &route_missing,
	.on = { [VERB_GET] = show },
};

int
main(void)
{
	route_main(&route);
}
