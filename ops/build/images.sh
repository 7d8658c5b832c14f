#!/bin/sh
# images.sh - builds the images from the Dockerfile with docker or buildah, whichever is there: make image.
#   IMAGE vaultsphere    name, with its registry where it has one        TAGS VERSION latest    tags of the image with SQLite
#   TARGETS vault vault-dynamodb vault-keep    which; the tags of the others end in -dynamodb and -keep
#   ENGINE docker | buildah         BUILD_OPTIONS: more options of its build command       SOURCE: address of the repository, for the label
set -eu
cd "$(dirname "$0")/../.."
IMAGE=${IMAGE:-vaultsphere} VERSION=${VERSION:-$(ops/build/version.sh)} TARGETS=${TARGETS:-vault vault-dynamodb vault-keep}
TAGS=${TAGS:-$(printf %s "$VERSION" | tr + _) latest}
if [ -z "${ENGINE:-}" ]; then
	if command -v docker >/dev/null && docker info >/dev/null 2>&1; then
		ENGINE=docker
	elif command -v buildah >/dev/null; then
		ENGINE=buildah
	else
		echo "images.sh: neither a Docker engine that answers nor buildah is here" >&2
		exit 1
	fi
fi
revision=$(git rev-parse HEAD 2>/dev/null || echo unknown)
epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
for target in $TARGETS; do
	ending=${target#vault}
	set --
	for t in $TAGS; do set -- "$@" -t "$IMAGE:$t$ending"; done
	set -- --target "$target" --build-arg VERSION="$VERSION" --build-arg REVISION="$revision" --build-arg SOURCE="${SOURCE:-unknown}" \
		--build-arg CREATED="$(date -u -d "@$epoch" +%Y-%m-%dT%H:%M:%SZ)" --build-arg SOURCE_DATE_EPOCH="$epoch" "$@"
	began=$(date +%s)
	# shellcheck disable=SC2086
	case $ENGINE in
		docker) docker build ${BUILD_OPTIONS:-} "$@" . ;;
		buildah) buildah bud --format docker --layers ${BUILD_OPTIONS:-} "$@" . ;;
		*) echo "images.sh: ENGINE must be docker or buildah, not $ENGINE" >&2 && exit 1 ;;
	esac
	echo "image $IMAGE:${TAGS%% *}$ending: built in $(($(date +%s) - began)) s"
done
