# VaultSphere. One file, no recursion but into the targets below; everything made goes to build/ and reports/.
#   make run | test | build | lint | bench | fuzz | soak | backup | restore | install | clean | help
# V=1 shows the commands. Every path and tool can be set on the command line.

ifeq ($(origin CC),default)
CC := gcc
endif
CLANG ?= clang
B ?= build
STORE ?= sqlite
DYNAMODB_POOL ?= on
CFG ?= $(if $(filter dynamodb/off,$(STORE)/$(DYNAMODB_POOL)),direct,$(STORE))
PORT ?= 5001
DATA ?= var
TLS ?=
PREFIX ?= /usr/local
DESTDIR ?=
JOBS ?= 2
ifndef VERSION
VERSION := $(shell ops/build/version.sh)
endif

# Debian's own programs, which are those that we install, before others of the same name (a wrapper of python3 can cost ten times its start)
export PATH := /usr/sbin:/usr/bin:/sbin:/bin:$(PATH)

ifneq ($(V),1)
Q := @
endif

.DELETE_ON_ERROR:
.SECONDARY:
.DEFAULT_GOAL := build

# --- packages -----------------------------------------------------------------------------------------------------------

include ops/build/packages.mk
RUN_PACKAGES := lighttpd lighttpd-mod-openssl lighttpd-mod-deflate openssl age
# to build and try images without a Docker engine, what hosts have beside one, and the Debian package
CONTAINER_PACKAGES := buildah podman runc mmdebstrap busybox/busybox docker-compose awscli lintian
TEST_PACKAGES := haproxy age fail2ban bats jq gojq curl oathtool zbar-tools librsvg2-bin sqlite3 python3 python3-venv strace clang libclang-rt-14-dev llvm cppcheck \
	clang-tidy shellcheck flawfinder docker-registry netavark iptables openssh-server bc wrk xxd binutils iproute2/ip util-linux/unshare nodejs/node npm/npm chromium \
	chromium-headless-shell
$(B)/.packages-RUN $(B)/.packages-TEST $(B)/.packages-CONTAINER: Makefile
.PHONY: deps
deps: $(B)/.packages-BUILD $(B)/.packages-RUN $(B)/.packages-TEST ## install every package that is missing (root), or name them

# --- flags --------------------------------------------------------------------------------------------------------------

WARN := -Wall -Wextra -Wconversion -Wshadow -Werror -Wswitch-enum -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wundef
# Level 3 where the C library knows it; control-flow protection by what the machine has.
FORTIFY := $(shell echo '\#include <string.h>' | $(CC) -O2 -D_FORTIFY_SOURCE=3 -Werror -E -x c - >/dev/null 2>&1 && echo 3 || echo 2)
CONTROL_FLOW := $(if $(filter aarch64,$(shell uname -m)),-mbranch-protection=standard,-fcf-protection)
HARDEN := -fstack-protector-strong -fstack-clash-protection $(CONTROL_FLOW) -D_FORTIFY_SOURCE=$(FORTIFY)
CFLAGS_COMMON := -std=c17 -D_GNU_SOURCE $(WARN) -include common/base/banned.h -Icommon -I$(B)/gen -ffunction-sections -fdata-sections -MMD -MP
CFLAGS_sqlite := -O2 $(HARDEN) -fPIE
CFLAGS_dynamodb := $(CFLAGS_sqlite) -I$(B)/deps/include
CFLAGS_direct := $(CFLAGS_sqlite) -DVS_TLS
CFLAGS_asan := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
# One pass answers both questions. The groups of UBSan that are left out (bool, enum, nonnull) test with branches of their own, which would be counted among ours;
# units, the routes on DynamoDB and the fuzzers run with all of them.
CFLAGS_asan-cov := -O0 -g -fsanitize=address,alignment,bounds,integer-divide-by-zero,null,object-size,pointer-overflow,return,shift,signed-integer-overflow,unreachable,vla-bound \
	-fno-sanitize-recover=all -fno-omit-frame-pointer --coverage -DVS_COVERAGE
CFLAGS_asan-dynamodb := $(CFLAGS_asan) -DVS_TLS
CFLAGS_fuzz := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
# Static position-independent programs: 1.0 ms a request against 3 with shared libraries, and nothing of the host is needed at run time.
# Debian's libzxcvbn.a is not position-independent and its source package cannot be relied on: what rates a password is linked at a fixed address.
FIXED := api-entries import-preview import-done entry-new entry-edit entry-restore entry-favorite register reset settings-password vault-ignore
LDFLAGS_sqlite = $(if $(filter $(FIXED),$(@F))$(findstring /unit/,$@),-static -no-pie,-static-pie) -Wl,--gc-sections -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--no-warnings -s
# Our own time(2) for libcurl, inside the program or in its shared library: see store_dynamodb_clock.c
OUR_TIME := -Wl,--wrap=time
OUR_TIME_SHARED := -Wl,--defsym=time=__wrap_time -Wl,--export-dynamic-symbol=time
LDFLAGS_dynamodb = $(LDFLAGS_sqlite) $(OUR_TIME)
# DynamoDB without the pool: libcurl with its TLS is Debian's shared one, and each request pays for loading it and for a handshake.
LDFLAGS_direct := -pie -Wl,--gc-sections -Wl,-z,relro,-z,now,-z,noexecstack -s $(OUR_TIME_SHARED)
LDFLAGS_asan := -Wl,--gc-sections -fsanitize=address,undefined
LDFLAGS_asan-cov := $(LDFLAGS_asan) --coverage
LDFLAGS_asan-dynamodb := $(LDFLAGS_asan) $(OUR_TIME_SHARED)
# --version stands in every program, named by it or not: base/version.c
SAYS_VERSION := -Wl,-u,version_say
CC_fuzz = $(CLANG)
CC_sqlite = $(CC)
CC_asan = $(CC)
CC_dynamodb = $(CC)
CC_direct = $(CC)
CC_asan-cov = $(CC)
CC_asan-dynamodb = $(CC)

# --- what there is ------------------------------------------------------------------------------------------------------

LAYERS := base crypto http store domain route
STORES := sqlite dynamodb
# Each configuration has one store; the files of the other are left out.
STORE_sqlite := sqlite
STORE_asan := sqlite
STORE_asan-cov := sqlite
STORE_fuzz := sqlite
STORE_dynamodb := dynamodb
STORE_direct := dynamodb
STORE_asan-dynamodb := dynamodb
common_with = $(filter-out $(wildcard $(foreach s,$(filter-out $(1),$(STORES)),common/store/store_$(s).c common/store/store_$(s)_*.c)),$(wildcard $(LAYERS:%=common/%/*.c)))
PROGRAMS := $(patsubst cgi-bin/%.c,%,$(wildcard cgi-bin/*.c))
TOOLS_sqlite := vs-serve vs-store vs-move vs-keys vs-admin
TOOLS_dynamodb := vs-serve vs-tables vs-move vs-keys vs-admin
UNITS := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/test_*.c))
FUZZERS := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
PAGES := $(filter-out html/pages/_%,$(wildcard html/pages/*.html))
PARTS := $(wildcard html/pages/_*.html)
LANGUAGES := $(wildcard html/i18n/*.json)
GEN := $(patsubst html/pages/%.html,$(B)/gen/page_%.c,$(PAGES)) $(B)/gen/eff_words.c $(B)/gen/common_passwords.c $(B)/gen/lang_words.c $(B)/gen/routes.c $(B)/gen/version.c
GEN_HEADERS := $(B)/gen/pages.h

# --- libraries: lean builds where Debian's sources can be had, its own archives otherwise --------------------------------

LEAN := $(B)/deps/lean.mk
-include $(LEAN)
$(LEAN): ops/build/lean.sh | $(B)/.packages-BUILD
	$(Q)ops/build/lean.sh $(B)/deps
LIBCRYPTO ?= -l:libcrypto.a
LIBSQLITE ?= -l:libsqlite3.a
# Without its source package libqrencode is shared, and so are the programs that draw.
QR := register register-totp settings-totp
LIBQRENCODE ?= $(if $(filter $(QR),$(@F))$(findstring /unit/,$@)$(findstring multicall,$@),-lqrencode)
LIBS_STATIC = -Wl,--start-group $(LIBCRYPTO) $(LIBSQLITE) -l:libjson-c.a -l:libargon2.a -l:libcrypt.a $(LIBQRENCODE) -l:libzxcvbn.a -lm -lpthread -Wl,--end-group
LIBS_SHARED = -lcrypto -lsqlite3 -ljson-c -largon2 -lcrypt -lqrencode -lzxcvbn -lm -lpthread
LIBS_sqlite = $(LIBS_STATIC)
LIBS_dynamodb = $(patsubst $(LIBSQLITE),$(LIBCURL),$(LIBS_STATIC))
LIBS_asan = $(LIBS_SHARED)
LIBS_asan-cov = $(LIBS_SHARED)
LIBS_direct = $(patsubst -lsqlite3,-lcurl,$(LIBS_SHARED))
LIBS_asan-dynamodb = $(LIBS_direct)
# Without its source package libcurl is Debian's shared one, and everything else is shared with it: our libcrypto in the program would get in the way of its TLS.
ifeq ($(LIBCURL),)
CFLAGS_dynamodb = $(CFLAGS_direct)
LDFLAGS_dynamodb = $(LDFLAGS_direct)
LIBS_dynamodb = $(LIBS_direct)
endif

# --- generated sources --------------------------------------------------------------------------------------------------

EFF_LIST ?= /usr/lib/python3/dist-packages/diceware/wordlists/wordlist_en_eff.txt
$(B)/gen/eff_words.c: ops/build/wordlists.sh | $(B)/.packages-BUILD
	$(Q)mkdir -p $(@D) && ops/build/wordlists.sh eff $(EFF_LIST) >$@
$(B)/gen/common_passwords.c: ops/build/wordlists.sh html/vendor/common-passwords.txt
	$(Q)mkdir -p $(@D) && ops/build/wordlists.sh common html/vendor/common-passwords.txt >$@
$(B)/html/.done: $(wildcard html/static/* html/css/* html/icons/* html/js/* html/vendor/*) $(PARTS) $(LANGUAGES) ops/build/assets.sh ops/build/expand.sh ops/build/translate.py | $(B)/.packages-BUILD
	$(Q)ops/build/assets.sh html $(B)/html && touch $@
$(B)/gen/lang_words.c: $(LANGUAGES) ops/build/translate.py
	$(Q)mkdir -p $(@D) && ops/build/translate.py words >$@
$(B)/gen/page_%.c: html/pages/%.html $(PARTS) $(B)/html/.done ops/build/page.sh ops/build/translate.py $(LANGUAGES)
	$(Q)mkdir -p $(@D) && ops/build/page.sh $* html/pages $(B)/html/names >$@
# Only a route more or less changes the file.
$(B)/gen/routes.c: FORCE ops/build/routes.sh
	$(Q)mkdir -p $(@D) && ops/build/routes.sh $(sort $(PROGRAMS)) >$@.new && { cmp -s $@.new $@ && rm $@.new || mv $@.new $@; }
# Only a page more or less changes the header, so that an edited page does not compile everything again.
$(B)/gen/pages.h: FORCE ops/build/page.sh
	$(Q)mkdir -p $(@D) && ops/build/page.sh header $(notdir $(PAGES:.html=)) >$@.new && { cmp -s $@.new $@ && rm $@.new || mv $@.new $@; }
# Another version compiles this one file.
$(B)/gen/version.c: FORCE
	$(Q)mkdir -p $(@D) && printf '#include "base/version.h"\n\nconst char version_text[] = "%s";\n' '$(VERSION)' >$@.new && { cmp -s $@.new $@ && rm $@.new || mv $@.new $@; }
.PHONY: FORCE
# Another compiler or other flags compile again.
$(B)/%/.flags: FORCE
	$(Q)mkdir -p $(@D) && echo '$(CC_$*) $(CFLAGS_COMMON) $(CFLAGS_$*)' >$@.new && { cmp -s $@.new $@ && rm $@.new || mv $@.new $@; }

# --- objects, archive, programs: the same rules for every configuration --------------------------------------------------

define CONFIGURATION
$(B)/$(1)/obj/%.o: %.c $(B)/$(1)/.flags | $(GEN_HEADERS) $(B)/.packages-BUILD
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(CC_$(1)) $$(CFLAGS_COMMON) $$(CFLAGS_$(1)) -c -o $$@ $$<
$(B)/$(1)/obj/tests/%.o: tests/%.c $(B)/$(1)/.flags | $(GEN_HEADERS) $(B)/.packages-BUILD
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(CC_$(1)) $$(CFLAGS_COMMON) -Wno-array-bounds -Wno-missing-prototypes $$(CFLAGS_$(1)) -c -o $$@ $$<
$(B)/$(1)/obj/gen/%.o: $(B)/gen/%.c $(B)/$(1)/.flags | $(GEN_HEADERS)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(CC_$(1)) $$(CFLAGS_COMMON) $$(CFLAGS_$(1)) -c -o $$@ $$<
$(B)/$(1)/libvault.a: $(patsubst %.c,$(B)/$(1)/obj/%.o,$(call common_with,$(STORE_$(1)))) $(GEN:$(B)/gen/%.c=$(B)/$(1)/obj/gen/%.o)
	$$(Q)rm -f $$@ && ar rcs $$@ $$^
$(B)/$(1)/cgi-bin/%: $(B)/$(1)/obj/cgi-bin/%.o $(B)/$(1)/libvault.a $(LEAN)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(CC_$(1)) $$(LDFLAGS_$(1)) $$(SAYS_VERSION) -o $$@ $$(filter %.o %.a,$$^) $$(LIBS_$(1)) && chmod 0711 $$@
$(B)/$(1)/tools/%: $(B)/$(1)/obj/ops/tools/%.o $(B)/$(1)/libvault.a $(LEAN)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(CC_$(1)) $$(LDFLAGS_$(1)) $$(SAYS_VERSION) -o $$@ $$(filter %.o %.a,$$^) $$(LIBS_$(1))
$(B)/$(1)/unit/%: $(B)/$(1)/obj/tests/unit/%.o $(B)/$(1)/libvault.a $(LEAN)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(CC_$(1)) $$(filter-out -s,$$(LDFLAGS_$(1))) -Wl,-z,muldefs -o $$@ $$(filter %.o %.a,$$^) $$(LIBS_$(1))
.PHONY: $(1)
$(1): $(PROGRAMS:%=$(B)/$(1)/cgi-bin/%) $(TOOLS_$(STORE_$(1)):%=$(B)/$(1)/tools/%)
$(1)-unit: $(UNITS:%=$(B)/$(1)/unit/%)
endef
CONFIGURATIONS := sqlite dynamodb direct asan asan-cov asan-dynamodb
$(foreach c,$(CONFIGURATIONS),$(eval $(call CONFIGURATION,$(c))))
-include $(wildcard $(foreach c,$(CONFIGURATIONS) fuzz,$(patsubst %,$(B)/$(c)/obj/%/*.d,$(LAYERS:%=common/%) cgi-bin gen ops/tools tests/unit tests/fuzz)))

$(B)/fuzz/obj/%.o: %.c $(B)/fuzz/.flags | $(GEN_HEADERS)
	$(Q)mkdir -p $(@D) && $(CLANG) $(CFLAGS_COMMON) $(CFLAGS_fuzz) -c -o $@ $<
$(B)/fuzz/obj/gen/%.o: $(B)/gen/%.c $(B)/fuzz/.flags | $(GEN_HEADERS)
	$(Q)mkdir -p $(@D) && $(CLANG) $(CFLAGS_COMMON) $(CFLAGS_fuzz) -c -o $@ $<
$(B)/fuzz/libvault.a: $(patsubst %.c,$(B)/fuzz/obj/%.o,$(call common_with,sqlite)) $(GEN:$(B)/gen/%.c=$(B)/fuzz/obj/gen/%.o)
	$(Q)rm -f $@ && ar rcs $@ $^
$(B)/fuzz/fuzz_%: $(B)/fuzz/obj/tests/fuzz/fuzz_%.o $(B)/fuzz/libvault.a
	$(Q)$(CLANG) -fsanitize=fuzzer,address,undefined -Wl,--gc-sections -o $@ $^ $(LIBS_SHARED)

# --- targets ------------------------------------------------------------------------------------------------------------

.PHONY: build run test lint bench fuzz soak install clean backup backup-key backup-verify restore rotate-secret move admin help
# The tools of both stores, as an installation can move from one to the other.
TOOLS := $(foreach s,$(STORES),$(TOOLS_$(s):%=$(B)/$(s)/tools/%))
build: $(CFG) $(TOOLS) $(B)/html/.done ## the programs and pages, nothing but compilers and -dev packages needed

run: $(B)/.packages-RUN $(if $(filter dynamodb,$(STORE)),$(B)/.packages-POOL) build ## serve http://localhost:PORT (https with TLS=auto), data in DATA
	@DATA='$(DATA)' PORT='$(PORT)' STORE='$(STORE)' DYNAMODB_POOL='$(DYNAMODB_POOL)' TLS='$(TLS)' BUILD='$(B)' exec ops/start.sh

test: $(B)/.packages-BUILD $(B)/.packages-RUN $(B)/.packages-TEST ## everything, in order of speed
	@B='$(B)' JOBS='$(JOBS)' MAKE='$(MAKE)' tests/tools/run.sh

lint: $(B)/.packages-BUILD $(B)/.packages-TEST $(GEN_HEADERS) ## cppcheck, clang-tidy, shellcheck, html-validate, tsc, eslint, stylelint
	@B='$(B)' tests/tools/lint.sh

scan: $(B)/.packages-TEST ## flawfinder and a secret scan: no high or critical finding that nobody looked at
	@B='$(B)' tests/tools/venv.sh
	@B='$(B)' tests/tools/scan.py

bench: $(B)/.packages-TEST $(B)/.packages-RUN build dynamodb direct $(B)/bench/hello $(B)/bench/usage ## every figure against a static hello CGI, same server, same run
	@B='$(B)' tests/bench/bench.sh
	@B='$(B)' tests/bench/dynamodb.sh
$(B)/bench/%: tests/bench/%.c
	$(Q)mkdir -p $(@D) && $(CC) -std=c17 -D_GNU_SOURCE $(WARN) -O2 -static -o $@ $<

RUNS ?= 1000000
fuzz: $(B)/.packages-TEST $(FUZZERS:%=$(B)/fuzz/%) ## RUNS executions of every parser (1,000,000)
	@B='$(B)' RUNS='$(RUNS)' tests/tools/fuzz.sh $(FUZZERS)

soak: build dynamodb direct $(B)/.packages-TEST ## requests for SOAK_SECONDS (1800): nothing may drift; then STORM_OPS (10,000) under faults and kills on DynamoDB
	@B='$(B)' tests/tools/soak.sh
	@B='$(B)' tests/tools/venv.sh
	@B='$(B)' STORM_LOG='$(B)/storm.log' STORM_OPS=$${STORM_OPS:-10000} STORM_EMAILS=$${STORM_EMAILS:-20} VS_BUILD='$(B)/dynamodb' tests/tools/dynamodb.sh bats tests/storm.bats

KEEPING = DATA='$(DATA)' STORE='$(STORE)' BUILD='$(B)'
.PHONY: scan-terraform
scan-terraform: build $(B)/.packages-TEST ## ops/terraform: checkov (290 MB into the build folder), and both profiles applied against moto
	@B='$(B)' tests/tools/scan-terraform.sh

backup-key: ## a key for backups: make backup-key KEY=file, to be kept elsewhere; the public half stays in DATA/backup.pub
	@$(KEEPING) ops/backup.sh key '$(KEY)'
backup: $(B)/.packages-RUN build ## everything in one encrypted file, while it runs: make backup DATA=var TO=file [KEY=age1...]
	@$(KEEPING) KEY='$(KEY)' ops/backup.sh '$(TO)'
restore: $(B)/.packages-RUN build ## and back (server stopped): make restore DATA=var FROM=file KEY=private-key-file [FORCE=1]
	@$(KEEPING) KEY='$(KEY)' ops/backup.sh restore '$(FROM)' $(if $(FORCE),--force)
backup-verify: $(B)/.packages-RUN build ## check all of a backup, write nothing: make backup-verify FROM=file KEY=private-key-file
	@$(KEEPING) KEY='$(KEY)' ops/backup.sh verify '$(FROM)'
rotate-secret: build ## a new SESSION_SECRET in DATA/secret, nobody is logged out; DO=status, DO=drop
	@$(KEEPING) ops/rotate-secret.sh $(DO)

admin: build ## look after the people, also while the server runs: make admin DATA=var DO='admin NAME' (list, admin, user, disable, enable, fill, sweep)
	@DATA='$(DATA)' STORE='$(STORE)' DYNAMODB_POOL='$(DYNAMODB_POOL)' BUILD='$(B)' exec ops/start.sh admin $(or $(DO),list)

move: build ## the whole installation into the other store (server stopped): make move DATA=var TO=dynamodb
	@BUILD='$(B)' DATA='$(DATA)' ops/move.sh '$(TO)'

install: build ## under DESTDIR and PREFIX
	install -d $(DESTDIR)$(PREFIX)/lib/vaultsphere/cgi-bin $(DESTDIR)$(PREFIX)/lib/vaultsphere/tools
	install -m 0711 $(B)/$(CFG)/cgi-bin/* $(DESTDIR)$(PREFIX)/lib/vaultsphere/cgi-bin/
	install -m 0755 $(foreach t,$(sort $(filter-out $(PER_STORE),$(notdir $(TOOLS)))),$(firstword $(filter %/$(t),$(TOOLS)))) $(DESTDIR)$(PREFIX)/lib/vaultsphere/tools/
	for s in $(STORES); do for t in $(PER_STORE); do install -m 0755 $(B)/$$s/tools/$$t $(DESTDIR)$(PREFIX)/lib/vaultsphere/tools/$$t-$$s; done; done
	echo $(CFG) >$(DESTDIR)$(PREFIX)/lib/vaultsphere/store
	@$(MAKE) --no-print-directory install-common

# For an image: the programs of INSTALL_STORES as multicall files; start.sh takes those of STORE.
INSTALL_STORES ?= $(STORE)
.PHONY: install-multicall install-common
install-multicall: $(INSTALL_STORES:%=$(B)/%/multi/.done) $(B)/html/.done
	install -d $(DESTDIR)$(PREFIX)/lib/vaultsphere/tools
	for s in $(INSTALL_STORES); do \
		install -d $(DESTDIR)$(PREFIX)/lib/vaultsphere/$$s && cp -a $(B)/$$s/multi $(DESTDIR)$(PREFIX)/lib/vaultsphere/$$s/cgi-bin && \
		cd $(DESTDIR)$(PREFIX)/lib/vaultsphere/$$s/cgi-bin && rm .done && mv -f vs-* ../../tools/ && cd - >/dev/null || exit 1; \
	done
	@$(MAKE) --no-print-directory install-common
install-common: $(B)/html/.done
	install -d $(DESTDIR)$(PREFIX)/bin
	rm -rf $(DESTDIR)$(PREFIX)/lib/vaultsphere/html && cp -r $(B)/html $(DESTDIR)$(PREFIX)/lib/vaultsphere/
	rm -f $(DESTDIR)$(PREFIX)/lib/vaultsphere/html/.done $(DESTDIR)$(PREFIX)/lib/vaultsphere/html/names
	install -m 0755 ops/move.sh $(DESTDIR)$(PREFIX)/bin/vaultsphere-move
	install -m 0755 ops/backup.sh $(DESTDIR)$(PREFIX)/bin/vaultsphere-backup
	ln -sf vaultsphere-backup $(DESTDIR)$(PREFIX)/bin/vaultsphere-restore
	install -m 0755 ops/rotate-secret.sh $(DESTDIR)$(PREFIX)/bin/vaultsphere-rotate-secret
	install -m 0644 ops/keep.sh $(DESTDIR)$(PREFIX)/lib/vaultsphere/
	install -m 0644 ops/haproxy.cfg lighttpd.conf $(DESTDIR)$(PREFIX)/lib/vaultsphere/
	install -m 0755 ops/tls-auto.sh $(DESTDIR)$(PREFIX)/lib/vaultsphere/
	install -m 0755 ops/start.sh $(DESTDIR)$(PREFIX)/bin/vaultsphere

# One file for an image: the same routes and tools behind their names, which are hard links to it: 5 MB a store, where the programs alone would be 120.
# A tool that each store has one of its own of says so in its name, as in an installation.
PER_STORE := vs-move vs-keys vs-admin
MULTI_TOOLS = $(foreach t,$(TOOLS_$(1)),$(if $(filter $(PER_STORE),$(t)),$(t)-$(1)=$(t),$(t)))
define MULTICALL
$(B)/$(1)/multi/.done: $(PROGRAMS:%=$(B)/$(1)/obj/cgi-bin/%.o) $(TOOLS_$(1):%=$(B)/$(1)/obj/ops/tools/%.o) $(B)/$(1)/libvault.a ops/build/multicall.sh $(LEAN)
	$$(Q)CC='$$(CC)' ops/build/multicall.sh $$(@D) $(B)/$(1)/obj $(PROGRAMS) -- $(call MULTI_TOOLS,$(1))
	$$(Q)$$(CC) $$(filter-out -static-pie,-static -no-pie $$(LDFLAGS_$(1))) $$(SAYS_VERSION) -o $$(@D)/multicall $$(@D)/obj/*.o $(B)/$(1)/libvault.a $$(LIBS_$(1))
	$$(Q)cd $$(@D) && chmod 0711 multicall && for p in $(PROGRAMS); do ln -f multicall $$$$p; done && for t in $(foreach t,$(call MULTI_TOOLS,$(1)),$(firstword $(subst =, ,$(t)))); do ln -f multicall $$$$t; done && rm -rf multicall obj && touch .done
endef
$(foreach s,$(STORES),$(eval $(call MULTICALL,$(s))))
.PHONY: multicall
multicall: $(B)/$(STORE)/multi/.done ## all programs of STORE in one file with hard links, for a small image: build/STORE/multi

# --- releases -----------------------------------------------------------------------------------------------------------

.PHONY: image dist deb
image: ## container images with SQLite and with both stores: IMAGE, TAGS, TARGETS (ops/build/images.sh)
	@VERSION='$(VERSION)' ops/build/images.sh
dist: ## the sources of the last commit: build/vaultsphere-VERSION.tar.gz, the same bytes each time
	@ops/build/dist.sh $(B)
deb: $(STORES:%=$(B)/%/multi/.done) $(B)/html/.done ## a Debian package of what is built: build/vaultsphere_VERSION_amd64.deb
	@VERSION='$(VERSION)' MAKE='$(MAKE)' ops/build/deb.sh $(B)

# For a pipeline: what is built, the tag of its image, what came of it.
.PHONY: commit commit-tag summary scan
commit:
	@git log -1 --format='commit %H%nby     %an, %ad%nsays   %s' --date=iso
commit-tag:
	@git rev-parse --short=12 HEAD
summary:
	@if [ -d reports/tap ]; then cat reports/tap/*.tap | grep -c '^ok ' | sed 's/$$/ checks passed/'; grep -h '^not ok' reports/tap/*.tap | head -20 || :; else echo 'no tests ran'; fi
	@[ ! -e reports/coverage.json ] || jq -r '"coverage of common/: \(.line_percent) % of lines, \(.branch_percent) % of branches"' reports/coverage.json

# What a variable holds, for the tests.
print-%:
	@echo '$($*)'

clean: ## remove what was made, the libraries too
	rm -rf $(B) reports

help:
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile
