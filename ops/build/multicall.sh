#!/bin/sh
# multicall.sh FOLDER OBJECTS ROUTE... -- TOOL=OBJECT... - the objects of the routes and tools, each main() under a name of its own, and a main() that picks one by
# argv[0]. OBJECTS holds cgi-bin/ROUTE.o and ops/tools/OBJECT.o; a tool may be called otherwise than its object.
set -eu
to=$1 from=$2
shift 2
rm -rf "$to"
mkdir -p "$to/obj"
symbol() { printf 'main_%s' "$1" | tr - _; }
routes='' tools='' made=' '
kind=routes
for n in "$@"; do
	if [ "$n" = -- ]; then
		kind=tools
		continue
	fi
	o=${n#*=}
	case $kind in
		routes) routes="$routes $n" file=cgi-bin/$n.o ;;
		tools) tools="$tools $n" file=ops/tools/$o.o ;;
	esac
	case $made in *" $o "*) continue ;; esac
	made="$made$o "
	objcopy --redefine-sym "main=$(symbol "$o")" "$from/$file" "$to/obj/$o.o"
done
{
	printf '#include <string.h>\n\n'
	for n in $routes; do printf 'int %s(void);\n' "$(symbol "$n")"; done
	for n in $tools; do printf 'int %s(int, char **);\n' "$(symbol "${n#*=}")"; done | sort -u
	printf '\nstatic const struct { const char *name; int (*route)(void); int (*tool)(int, char **); } programs[] = {\n'
	for n in $routes; do printf '\t{ "%s", %s, NULL },\n' "$n" "$(symbol "$n")"; done
	for n in $tools; do printf '\t{ "%s", NULL, %s },\n' "${n%%=*}" "$(symbol "${n#*=}")"; done
	printf '};\n\nint\nmain(int argc, char **argv)\n{\n\tconst char *name = argc > 0 ? strrchr(argv[0], 0x2f) : NULL;\n\n'
	printf '\tname = name ? name + 1 : argc > 0 ? argv[0] : "";\n'
	printf '\tfor (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)\n\t\tif (strcmp(programs[i].name, name) == 0)\n'
	printf '\t\t\treturn programs[i].route ? programs[i].route() : programs[i].tool(argc, argv);\n\treturn 127;\n}\n'
} >"$to/obj/multicall.c"
"${CC:-cc}" -std=c17 -O2 -Wall -Wextra -Werror -fstack-protector-strong -c -o "$to/obj/multicall.o" "$to/obj/multicall.c"
