#!/bin/sh
# fetch-env.sh [FILE] - writes the parameters below /password-manager/ of the SSM Parameter Store, decrypted, into FILE as NAME=value lines
# (default: .env beside this script, /opt/vaultsphere/.env on a host). FILE has mode 0600 and is replaced as a whole or not at all.
#
#   VS_PARAMETERS /password-manager/   the path; parameters right below it, named as in README's configuration
#   VS_REQUIRED                        names that must be there besides the ones below, space-separated
#   VS_REGION                          the region (default: the AWS CLI's own: AWS_REGION, its configuration, the instance)
#   VS_AWS_ENDPOINT                    another endpoint than Amazon's, handed to the CLI as --endpoint-url (its version 1 and Debian's 2.9 ignore AWS_ENDPOINT_URL)
#
# Required: PUBLIC_ORIGIN; with STORE=dynamodb also SESSION_SECRET and AWS_REGION (every host must have the same secret; a store in a guessed region is another store).
# Needs: ssm:GetParametersByPath on the path, kms:Decrypt on its key. Ends with 0, or with 1 and a sentence; FILE is then what it was.
set -eu
umask 077
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
file=${1:-$here/.env}
path=${VS_PARAMETERS:-/password-manager/}
new=$file.new.$$
list=$file.list.$$
rm -f "$file".new.* "$file".list.* # of a run that was killed
trap 'rm -f "$new" "$list" "$list.err"' EXIT
trap 'exit 1' HUP INT TERM

kept='it was not there before and is not there now'
[ ! -e "$file" ] || kept='the file of before stays'
die() {
	printf 'fetch-env: %s; %s (%s).\n' "$1" "$kept" "$file" >&2
	exit 1
}
aws_cli() {
	[ -z "${VS_REGION:-}" ] || set -- "$@" --region "$VS_REGION"
	[ -z "${VS_AWS_ENDPOINT:-}" ] || set -- "$@" --endpoint-url "$VS_AWS_ENDPOINT"
	AWS_PAGER='' aws "$@" --cli-connect-timeout 5 --cli-read-timeout 20
}

case $path in /*/) ;; *) die "VS_PARAMETERS must begin and end with /, not \"$path\"" ;; esac
command -v aws >/dev/null || die 'the AWS CLI is not installed'
[ -d "$(dirname "$file")" ] || die "the folder of the file is not there"
: 2>/dev/null >"$list" || die 'the folder of the file cannot be written to'

# The CLI follows every page by itself. As JSON, one parameter a line, so that a line break in a value is seen and not taken for the next parameter.
if ! aws_cli ssm get-parameters-by-path --path "$path" --with-decryption --output json --query 'Parameters[].[Name,Value]' >"$list" 2>"$list.err"; then
	why=$(tr '\n' ' ' 2>/dev/null <"$list.err" | cut -c1-300)
	case $why in
		*AccessDenied*) die "the role of this machine may not read $path (ssm:GetParametersByPath, kms:Decrypt): $why" ;;
		*'locate credentials'*) die 'this machine has no AWS credentials: attach the role to the instance' ;;
		*'o space left'*) die 'there is no room left on the disk' ;;
		*) die "the parameters could not be read: $why" ;;
	esac
fi

# JSON's own quotes: names and values come in turn, one a line (the CLI indents its output in both versions).
printf '# made by fetch-env.sh from %s\n' "$path" >"$new" 2>/dev/null || die 'there is no room left on the disk'
names=' '
n=''
while IFS= read -r line; do
	case $line in *\"*) ;; *) continue ;; esac
	line=${line#*\"}
	line=${line%,}
	line=${line%\"}
	if [ -z "$n" ]; then
		n=${line#"$path"}
		case $n in [A-Z]*) ;; *) die "the parameter $path$n has no name of an environment variable (capital letters, digits, _)" ;; esac
		case $n in *[!A-Z0-9_]*) die "the parameter $path$n has no name of an environment variable (capital letters, digits, _)" ;; esac
		continue
	fi
	value='' rest=$line
	# \" is the one escape that a value may need; \\ \n \u... stand for what no reader of such files agrees on
	while :; do
		case $rest in
			*\\*)
				value=$value${rest%%\\*}
				rest=${rest#*\\}
				case $rest in
					\"*) value=$value\" rest=${rest#?} ;;
					n* | r* | u000a*) die "the value of $n has a line break, which a file of environment variables cannot carry: store it without (base64 -w 0)" ;;
					*) die "the value of $n has a backslash, a control character or a letter outside ASCII: the readers of such files do not agree on it" ;;
				esac
				;;
			*) break ;;
		esac
	done
	value=$value$rest
	case $value in
		'') die "the value of $n is empty" ;;
		*\'*) die "the value of $n has a single quote: the readers of such files do not agree on it" ;;
		# docker-compose 1 puts a variable in its place even between single quotes
		*\$\{*) die "the value of $n has \${, which docker-compose would replace" ;;
		*[!A-Za-z0-9_./:@,+=-]*) value="'$value'" ;;
	esac
	printf '%s=%s\n' "$n" "$value" 2>/dev/null >>"$new" || die 'there is no room left on the disk'
	[ "$n" != STORE ] || store=$value
	names=$names$n' '
	n=''
done <"$list"
[ "$names" != ' ' ] || die "there is no parameter below $path in this region"

required="PUBLIC_ORIGIN ${VS_REQUIRED:-}"
[ "${store:-sqlite}" != dynamodb ] || required="$required SESSION_SECRET AWS_REGION"
missing=''
for n in $required; do
	case $names in *" $n "*) ;; *) missing="$missing $n" ;; esac
done
[ -z "$missing" ] || die "missing below $path:$missing"
sync "$new" 2>/dev/null || :
mv -f "$new" "$file" || die 'the file could not be put in place'
# shellcheck disable=SC2086 # the names, counted
set -- $names
printf 'fetch-env: %s parameters of %s are in %s\n' $# "$path" "$file"
