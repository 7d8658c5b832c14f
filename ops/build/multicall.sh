#!/bin/sh
# multicall.sh FOLDER OBJECTS NAME... - the objects of the routes, each main() under a name of its own, and a main() that picks one by argv[0].
set -eu
to=$1 from=$2
shift 2
rm -rf "$to"
mkdir -p "$to/obj"
{
	printf '#include <string.h>\n\n'
	for n in "$@"; do printf 'int main_%s(void);\n' "$(printf %s "$n" | tr - _)"; done
	printf '\nstatic const struct { const char *name; int (*run)(void); } routes[] = {\n'
	for n in "$@"; do printf '\t{ "%s", main_%s },\n' "$n" "$(printf %s "$n" | tr - _)"; done
	printf '};\n\nint\nmain(int argc, char **argv)\n{\n\tconst char *name = argc > 0 ? strrchr(argv[0], 0x2f) : NULL;\n\n'
	printf '\tname = name ? name + 1 : argc > 0 ? argv[0] : "";\n'
	printf '\tfor (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++)\n\t\tif (strcmp(routes[i].name, name) == 0)\n\t\t\treturn routes[i].run();\n\treturn 127;\n}\n'
} >"$to/obj/multicall.c"
"${CC:-cc}" -std=c17 -O2 -Wall -Wextra -Werror -fstack-protector-strong -c -o "$to/obj/multicall.o" "$to/obj/multicall.c"
for n in "$@"; do
	objcopy --redefine-sym "main=main_$(printf %s "$n" | tr - _)" "$from/$n.o" "$to/obj/$n.o"
done
