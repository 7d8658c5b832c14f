#!/bin/sh
# remote.sh USER@HOST TAG [SSH-OPTION...] - brings what deploys to a host and runs deploy.sh there; the pipeline's last step. Ends as deploy.sh ends; 255: no ssh.
#   VS_FOLDER /opt/vaultsphere   VS_SUDO sudo   (empty: the user is root)
# TAG may also be --rollback.
set -eu
[ $# -ge 2 ] || { printf 'use: remote.sh USER@HOST TAG [SSH-OPTION...]\n' >&2; exit 2; }
host=$1 tag=$2
shift 2
case $host in -* | *[!A-Za-z0-9@._:-]*) printf 'remote: "%s" is no USER@HOST\n' "$host" >&2; exit 2 ;; esac
case $tag in --rollback) ;; -* | '' | *[!A-Za-z0-9_.-]*) printf 'remote: "%s" is no tag\n' "$tag" >&2; exit 2 ;; esac
folder=${VS_FOLDER:-/opt/vaultsphere} sudo=${VS_SUDO-sudo}
case $folder in /*) ;; *) printf 'remote: VS_FOLDER must begin with /\n' >&2; exit 2 ;; esac
case $folder$sudo in *[!A-Za-z0-9/._-]*) printf 'remote: VS_FOLDER and VS_SUDO are plain names\n' >&2; exit 2 ;; esac
cd "$(dirname "$0")"
printf 'remote: %s, %s\n' "$host" "$tag"
# Unpacked beside and renamed one by one, so that a script that runs there is never read half old, half new.
tar -cf - compose.yaml deploy.sh fetch-env.sh front/front.cfg front/tls.cfg |
	ssh -o BatchMode=yes "$@" "$host" "set -eu; umask 022; $sudo mkdir -p $folder/front $folder/.incoming; $sudo tar -xf - -C $folder/.incoming --no-same-owner; cd $folder/.incoming; for f in compose.yaml deploy.sh fetch-env.sh front/front.cfg front/tls.cfg; do $sudo mv -f \$f $folder/\$f; done; $sudo rm -rf $folder/.incoming"
exec ssh -o BatchMode=yes -o ServerAliveInterval=15 "$@" "$host" "$sudo $folder/deploy.sh $tag"
