#!/bin/sh
# ec2_setup.sh - makes a fresh machine (Amazon Linux 2023, Debian, Ubuntu; as root) ready for deploy.sh: Docker, docker compose, the AWS CLI, curl, flock, and
# /opt/vaultsphere with the files that lie beside this script. Safe to repeat: what is there stays, deploy.conf too. One line per step.
#
#   ec2_setup.sh                       a checkout's ops folder, or a folder with these: compose.yaml deploy.sh fetch-env.sh front/front.cfg front/tls.cfg
#   IMAGE ECR PARAMETERS VS_REGION FRONT_IMAGE HTTP_PORT ...   what deploy.conf begins with (deploy.sh says what each is); kept where the file is there already
#   VS_ROLE required | optional        required: ends with 3 when the machine has no role (IMDSv2); optional (for hosts outside AWS): says so and goes on
#   VS_COMPOSE_SHA256                  the hash that docker compose must have where it is no package (Amazon Linux); without it the one that its release names
#   VS_FOLDER /opt/vaultsphere   VS_IMDS http://169.254.169.254
#
# Ends with 0 ready; 1 a step failed (the sentence says which; run it again); 2 this machine is not one of the three; 3 no role.
set -eu
umask 022

folder=${VS_FOLDER:-/opt/vaultsphere}
imds=${VS_IMDS:-http://169.254.169.254}
role=${VS_ROLE:-required}
here=$(cd "$(dirname "$0")" && pwd)
compose_version=v2.32.4

say() { printf 'setup: %s\n' "$1"; }
die() { printf 'setup: %s\n' "$1" >&2; exit "${2:-1}"; }
quiet() { # COMMAND...: its words only when it fails
	"$@" >"$log" 2>&1 </dev/null && return
	tail -5 "$log" | cut -c1-300 >&2
	return 1
}
have() { command -v "$1" >/dev/null 2>&1; }

[ "$(id -u)" = 0 ] || die 'run it as root (sudo)' 2
case $role in required | optional) ;; *) die "VS_ROLE must be required or optional, not \"$role\"" 2 ;; esac
for f in compose.yaml deploy.sh fetch-env.sh front/front.cfg front/tls.cfg; do
	[ -r "$here/$f" ] || die "$f is not there beside this script" 2
done
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# --- which system ---
[ -r /etc/os-release ] || die 'no /etc/os-release: which system this is cannot be seen' 2
id=$(sed -n 's/^ID=//p' /etc/os-release | tr -d '"')
release=$(sed -n 's/^VERSION_ID=//p' /etc/os-release | tr -d '"')
case $id in
	amzn) [ "${release%%.*}" = 2023 ] || die "Amazon Linux $release is not supported: use 2023" 2 ;;
	debian | ubuntu) ;;
	*) die "$id is not supported: Amazon Linux 2023, Debian or Ubuntu" 2 ;;
esac
say "system: $id $release"

# --- packages ---
missing=''
have docker || missing="$missing docker"
{ docker compose version >/dev/null 2>&1 || have docker-compose; } || missing="$missing compose"
have aws || missing="$missing aws"
have curl || missing="$missing curl"
have flock || missing="$missing flock"
add='' plugin=0
for what in $missing; do
	case $id/$what in
		# 2023 has curl-minimal and no package of compose; its AWS CLI is version 2
		amzn/docker) add="$add docker" ;;
		amzn/aws) add="$add awscli-2" ;;
		amzn/curl) add="$add curl-minimal" ;;
		amzn/flock) add="$add util-linux-core" ;;
		amzn/compose) plugin=1 ;;
		*/docker) add="$add docker.io ca-certificates" ;;
		*/compose) if [ "$id" = ubuntu ]; then add="$add docker-compose-v2"; else add="$add docker-compose"; fi ;;
		# Ubuntu 24.04 has none
		*/aws) add="$add awscli" ;;
		*/curl) add="$add curl" ;;
		*/flock) add="$add util-linux" ;;
	esac
done
if [ -z "$missing" ]; then
	say 'packages: all there'
elif [ "$id" = amzn ]; then
	say "packages: installing$missing"
	# shellcheck disable=SC2086 # the names
	[ -z "$add" ] || quiet dnf install -y $add || die 'dnf could not install them: is the network there?'
else
	say "packages: installing$missing"
	export DEBIAN_FRONTEND=noninteractive
	quiet apt-get -o DPkg::Lock::Timeout=300 update -q || die 'apt-get update failed: is the network there?'
	case $add in
		*awscli*)
			if [ "$id" = ubuntu ] && ! apt-cache show awscli >/dev/null 2>&1; then
				add=$(printf '%s' "$add" | sed 's/ awscli//')
				say 'packages: this Ubuntu has no AWS CLI of its own, taking the snap'
				quiet snap install aws-cli --classic || die 'the snap aws-cli could not be installed'
			fi ;;
	esac
	# shellcheck disable=SC2086
	quiet apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends $add || die 'apt-get could not install them: is the network there?'
fi
if [ $plugin = 1 ]; then
	arch=$(uname -m)
	case $arch in x86_64 | aarch64) ;; *) die "no docker compose for $arch" ;; esac
	to=/usr/local/lib/docker/cli-plugins/docker-compose
	from=${VS_COMPOSE_URL:-https://github.com/docker/compose/releases/download}/$compose_version/docker-compose-linux-$arch
	say "compose: $compose_version, checked by its hash"
	mkdir -p "${to%/*}"
	quiet curl -fsSL --max-time 120 -o "$to.new" "$from" || die 'docker compose could not be fetched'
	sum=${VS_COMPOSE_SHA256:-$(curl -fsSL --max-time 30 "$from.sha256" 2>/dev/null | cut -d ' ' -f 1)} || sum=''
	printf '%s  %s\n' "$sum" "$to.new" | sha256sum -c - >/dev/null 2>&1 || { rm -f "$to.new"; die 'docker compose is not what it should be (wrong hash): nothing was installed'; }
	chmod 755 "$to.new"
	mv -f "$to.new" "$to"
fi

# --- the engine ---
if [ -d /run/systemd/system ]; then
	say 'docker: on at every start'
	quiet systemctl enable --now docker || die 'docker does not start: journalctl -u docker'
else
	say 'docker: no systemd here, start it yourself'
fi

# --- the role, by IMDSv2: what fetch-env.sh and the registry's login live on ---
token=$(curl -fsS --max-time 3 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' "$imds/latest/api/token" 2>/dev/null) || token=''
name=''
[ -z "$token" ] || name=$(curl -fsS --max-time 3 -H "X-aws-ec2-metadata-token: $token" "$imds/latest/meta-data/iam/security-credentials/" 2>/dev/null | head -1) || name=''
if [ -n "$name" ]; then
	say "role: $name"
elif [ "$role" = optional ]; then
	say 'role: none, so parameters and registry need credentials of another kind (PARAMETERS=file, ECR=off)'
elif [ -z "$token" ]; then
	die 'role: the metadata service does not answer (IMDSv2 must be on; VS_ROLE=optional for a host outside AWS)' 3
else
	die 'role: this instance has none: attach the instance profile, then run this again' 3
fi

# --- the folder ---
if [ ! -d "$folder" ]; then
	say "folder: $folder"
	mkdir -p "$folder"
fi
chmod 755 "$folder"
mkdir -p "$folder/front"
if [ "$here" != "$(cd "$folder" && pwd)" ]; then
	for f in compose.yaml deploy.sh fetch-env.sh front/front.cfg front/tls.cfg; do
		cmp -s "$here/$f" "$folder/$f" && continue
		say "file: $f"
		# by another name first: deploy.sh may run while it is replaced
		cp "$here/$f" "$folder/$f.new"
		case $f in *.sh) chmod 755 "$folder/$f.new" ;; *) chmod 644 "$folder/$f.new" ;; esac
		mv -f "$folder/$f.new" "$folder/$f"
	done
fi
if [ -e "$folder/deploy.conf" ]; then
	say 'settings: deploy.conf stays as it is'
else
	say 'settings: deploy.conf'
	for n in IMAGE FRONT_IMAGE ECR PARAMETERS VS_PARAMETERS VS_REGION VS_AWS_ENDPOINT HTTP_PORT HTTPS_PORT WATCH_PORT VAULT_NET; do
		eval "v=\${$n:-}"
		[ -z "$v" ] || printf '%s=%s\n' "$n" "$v"
	done >"$folder/deploy.conf.new"
	mv -f "$folder/deploy.conf.new" "$folder/deploy.conf"
fi
say "ready: $folder/deploy.sh TAG"
