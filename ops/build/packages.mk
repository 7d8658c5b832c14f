# packages.mk - Debian packages that building needs. A file of its own, so that the first layers of the image change with it alone and not with the Makefile.
B ?= build
BUILD_PACKAGES := gcc libc6-dev libjson-c-dev libsqlite3-dev libargon2-dev libcrypt-dev libssl-dev libcurl4-openssl-dev libqrencode-dev libzxcvbn-dev diceware esbuild dpkg-dev tcl binutils python3
POOL_PACKAGES := haproxy ca-certificates
# what goes into an image
IMAGE_PACKAGES := $(POOL_PACKAGES) lighttpd lighttpd-mod-openssl lighttpd-mod-deflate busybox age
$(B)/.packages-%: ops/build/packages.mk
	$(Q)mkdir -p $(B) && ops/build/packages.sh $($*_PACKAGES) && touch $@
