/* fuzz_stream: a line that is taken for an item gives a line that is taken for the same item. */
#include <stdlib.h>
#include <string.h>

#include "store/store_item.h"
#include "store/store_stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(x) do { if (!(x)) abort(); } while (0)

/* The item that the write would make. */
static void
make_item(struct store_item *it, const struct store_write *w)
{
	*it = (struct store_item){ .found = true, .part = w->key.part, .sort = w->key.sort };
	for (size_t i = 0; i < w->nset; i++) {
		struct store_value *v = &it->at[w->set[i].attr];

		MUST(store_has(w->key.table, w->set[i].attr));
		v->set = true;
		v->num = w->set[i].num;
		v->text = w->set[i].text;
		v->len = w->set[i].text != NULL ? strlen(w->set[i].text) : 0;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct stream_item first, second;
	struct stream_sum sum[2] = { 0 };
	struct store_item it;
	struct buf line, again;

	buf_init(&line, STREAM_LINE_MAX);
	buf_init(&again, STREAM_LINE_MAX);
	if (stream_parse(&first, (const char *)data, size)) {
		MUST(store_key_valid(&first.write.key));
		make_item(&it, &first.write);
		MUST(stream_line(&line, first.write.key.table, &it) && stream_add(&sum[0], first.write.key.table, &it));
		MUST(stream_parse(&second, line.p, line.len));
		make_item(&it, &second.write);
		MUST(stream_line(&again, second.write.key.table, &it) && stream_add(&sum[1], second.write.key.table, &it));
		MUST(line.len == again.len && memcmp(line.p, again.p, line.len) == 0 && memcmp(&sum[0], &sum[1], sizeof(sum[0])) == 0);
		stream_item_free(&second);
	}
	stream_item_free(&first);
	buf_wipe(&line);
	buf_wipe(&again);
	return 0;
}
