#!/bin/sh
# push.sh IMAGE:TAG - sends an image that was built on this machine to a registry, by two tags: the commit's first twelve digits, and latest.
# Prints the address of the commit's image on the last line; deploy.sh takes its tag. latest is for people: nothing of ours deploys it or goes back to it.
#
#   REGISTRY     123456789012.dkr.ecr.us-east-1.amazonaws.com, or docker.io/NAME (required)
#   REPOSITORY   vaultsphere
#   COMMIT       the whole commit (default: git's)
#   SUFFIX       behind both tags, for another build of the same commit: -dynamodb
#   KEEP         30: images that ECR keeps, older ones go (lifecycle policy)
#   ECR          auto | on | off: whether the registry is Amazon's (auto: by its name)
#   REGISTRY_USER REGISTRY_PASSWORD   for a registry that is not Amazon's
#   VS_REGION VS_AWS_ENDPOINT         as in fetch-env.sh
# In ECR the repository is made where it is missing: encrypted, scanned on every push, with its lifecycle policy; that policy is set on every run.
# Ends with 0, or with 1 and a sentence; 2 is wrong use.
set -eu
umask 077

say() { printf 'push: %s\n' "$1"; }
die() { printf 'push: %s\n' "$1" >&2; exit "${2:-1}"; }

[ $# = 1 ] || die 'use: push.sh IMAGE:TAG' 2
image=$1
registry=${REGISTRY:-}
repository=${REPOSITORY:-vaultsphere} suffix=${SUFFIX:-} keep=${KEEP:-30} ecr=${ECR:-auto}
[ -n "$registry" ] || die 'REGISTRY is not set' 2
case $suffix in *[!a-z0-9-]*) die "SUFFIX must be like -dynamodb, not \"$suffix\"" 2 ;; esac
case $keep in '' | *[!0-9]* | 0*) die "KEEP must be a whole number, not \"$keep\"" 2 ;; esac
commit=${COMMIT:-$(git rev-parse HEAD 2>/dev/null || :)}
case $commit in *[!0-9a-f]* | '') die 'COMMIT is not a commit, and there is no git repository here' 2 ;; esac
[ ${#commit} -ge 12 ] || die "COMMIT must be the whole one, not \"$commit\"" 2
case $ecr/$registry in
	on/* | auto/*.dkr.ecr.*.amazonaws.com*) ecr=on ;;
	auto/* | off/*) ecr=off ;;
	*) die "ECR must be auto, on or off, not \"$ecr\"" 2 ;;
esac
short=$(printf '%.12s' "$commit")$suffix
docker image inspect "$image" >/dev/null 2>&1 || die "there is no image $image on this machine: make image"

# what lets us in lives as long as this script
login=$(mktemp -d)
trap 'rm -rf "$login"' EXIT
trap 'exit 1' HUP INT TERM
region=${VS_REGION:-}
case $registry in *.dkr.ecr.*.amazonaws.com*) region=${registry#*.dkr.ecr.} region=${region%%.*} ;; esac
aws_cli() {
	[ -z "$region" ] || set -- "$@" --region "$region"
	[ -z "${VS_AWS_ENDPOINT:-}" ] || set -- "$@" --endpoint-url "$VS_AWS_ENDPOINT"
	AWS_PAGER='' aws "$@" --output text --cli-connect-timeout 5 --cli-read-timeout 20 2>"$login/said"
}
failed() { die "$1: $(tr '\n' ' ' <"$login/said" | cut -c1-300)"; }

if [ $ecr = on ]; then
	if aws_cli ecr describe-repositories --repository-names "$repository" >/dev/null; then
		say "repository: $repository is there"
	elif grep -q RepositoryNotFoundException "$login/said"; then
		aws_cli ecr create-repository --repository-name "$repository" --image-scanning-configuration scanOnPush=true \
			--encryption-configuration encryptionType=AES256 >/dev/null || failed 'the repository could not be made'
		say "repository: $repository is made"
	else
		failed 'the registry could not be asked'
	fi
	aws_cli ecr put-image-scanning-configuration --repository-name "$repository" --image-scanning-configuration scanOnPush=true >/dev/null || failed 'scan on push could not be set'
	aws_cli ecr put-lifecycle-policy --repository-name "$repository" --lifecycle-policy-text \
		"{\"rules\":[{\"rulePriority\":1,\"description\":\"what no tag names\",\"selection\":{\"tagStatus\":\"untagged\",\"countType\":\"sinceImagePushed\",\"countUnit\":\"days\",\"countNumber\":1},\"action\":{\"type\":\"expire\"}},{\"rulePriority\":2,\"description\":\"the last $keep\",\"selection\":{\"tagStatus\":\"any\",\"countType\":\"imageCountMoreThan\",\"countNumber\":$keep},\"action\":{\"type\":\"expire\"}}]}" \
		>/dev/null || failed 'the lifecycle policy could not be set'
	say "policy: scanned on push, the last $keep images are kept"
	aws_cli ecr get-login-password >"$login/password" || failed 'no login from ECR'
	user=AWS
else
	if [ -z "${REGISTRY_USER:-}" ] || [ -z "${REGISTRY_PASSWORD:-}" ]; then die 'REGISTRY_USER and REGISTRY_PASSWORD are not set' 2; fi
	printf '%s' "$REGISTRY_PASSWORD" >"$login/password"
	user=$REGISTRY_USER
fi
host=${registry%%/*}
[ "$host" != docker.io ] || host=https://index.docker.io/v1/
docker --config "$login" login --username "$user" --password-stdin "$host" <"$login/password" >"$login/said" 2>&1 || failed 'the registry refused the login'
rm -f "$login/password"
for tag in "$short" "latest$suffix"; do
	say "tag: $registry/$repository:$tag"
	docker tag "$image" "$registry/$repository:$tag"
	docker --config "$login" push -q "$registry/$repository:$tag" >"$login/said" 2>&1 || failed 'the push failed'
done
printf '%s\n' "$registry/$repository:$short"
