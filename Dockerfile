# Dockerfile - VaultSphere in an image that holds nothing else: make image (docker or buildah), or
#   docker build --target vault -t vaultsphere .                    SQLite; <= 20 MB
#   docker build --target vault-dynamodb -t vaultsphere:dynamodb .  both stores and HAProxy; <= 35 MB
#   docker build --target vault-keep -t vaultsphere:keep .          the same with age: backup and restore (ops/compose.yaml, service backup)
#   docker run -p 80:5001 -v vault:/data --read-only --cap-drop all --security-opt no-new-privileges --tmpfs /run/vaultsphere --tmpfs /tmp vaultsphere
# TLS=auto is not to be had in it (no program to make certificates): TLS_CERT and TLS_KEY, or a proxy in front. Settings: README, Configuration. linux/amd64.

# What every image says of itself. The volume is named after its folder is there: what comes later of a volume is lost.
FROM scratch AS described
ARG VERSION=0.1.0-unknown
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
ARG SOURCE=unknown
LABEL org.opencontainers.image.title="VaultSphere" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.created="$CREATED" \
      org.opencontainers.image.source="$SOURCE" \
      org.opencontainers.image.licenses="MIT"
ENV HOST=0.0.0.0 PORT=5001 DATA=/data RUN=/run/vaultsphere LOG=stderr PATH=/usr/sbin:/usr/bin
USER 990:990
EXPOSE 5001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=5s --retries=3 CMD ["/usr/bin/vaultsphere-health"]
ENTRYPOINT ["/usr/bin/vaultsphere"]

FROM docker.io/library/debian:bookworm-slim AS packages
WORKDIR /src
COPY ops/build/packages.sh ops/build/packages.mk ops/build/
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends make >/dev/null && make -s -f ops/build/packages.mk build/.packages-BUILD build/.packages-IMAGE

# lean libraries from Debian's source packages: a layer of its own, as nothing but this one file changes it
FROM packages AS libraries
COPY ops/build/lean.sh ops/build/
RUN ops/build/lean.sh build/deps

FROM libraries AS installed
COPY . .
ARG VERSION=0.1.0-unknown
ARG SOURCE_DATE_EPOCH=0
RUN touch build/deps/lean.mk && make -s -j"$(nproc)" VERSION="$VERSION" install-multicall INSTALL_STORES=sqlite DESTDIR=/out/vault PREFIX=/usr && \
    SOURCE_DATE_EPOCH="$SOURCE_DATE_EPOCH" ops/build/image.sh /out/vault vault "$VERSION"

FROM described AS vault
COPY --from=installed /out/vault /
VOLUME /data
LABEL org.opencontainers.image.description="A password manager that people host themselves: SQLite"

FROM installed AS installed-dynamodb
ARG VERSION=0.1.0-unknown
ARG SOURCE_DATE_EPOCH=0
RUN make -s -j"$(nproc)" VERSION="$VERSION" install-multicall INSTALL_STORES="sqlite dynamodb" DESTDIR=/out/vault-dynamodb PREFIX=/usr && \
    SOURCE_DATE_EPOCH="$SOURCE_DATE_EPOCH" ops/build/image.sh /out/vault-dynamodb dynamodb "$VERSION"

FROM described AS vault-dynamodb
COPY --from=installed-dynamodb /out/vault-dynamodb /
VOLUME /data
LABEL org.opencontainers.image.description="A password manager that people host themselves: SQLite or DynamoDB"

FROM installed-dynamodb AS installed-keep
ARG VERSION=0.1.0-unknown
ARG SOURCE_DATE_EPOCH=0
RUN make -s VERSION="$VERSION" install-multicall INSTALL_STORES="sqlite dynamodb" DESTDIR=/out/vault-keep PREFIX=/usr && \
    SOURCE_DATE_EPOCH="$SOURCE_DATE_EPOCH" ops/build/image.sh /out/vault-keep keep "$VERSION"

FROM described AS vault-keep
COPY --from=installed-keep /out/vault-keep /
VOLUME /data
LABEL org.opencontainers.image.description="Backup and restore of VaultSphere, encrypted with age"
ENV TMPDIR=/run/vaultsphere
HEALTHCHECK NONE
ENTRYPOINT ["/usr/bin/vaultsphere-backup"]

# what a build without --target makes
FROM vault
