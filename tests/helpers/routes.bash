# routes.bash - the route table, read from the route files themselves: no list of ours can forget a route.

# routes: one line each: PROGRAM PATH AUTH VERBS   (AUTH: session, login, register, local_or_admin, admin, none)
routes() {
  local f name auth verbs
  for f in "$BATS_TEST_DIRNAME"/../cgi-bin/*.c; do
    name=$(basename "$f" .c)
    if [ "$name" = api-entries ]; then # one program, two addresses
      printf '%s\n' 'api-entries /api/entries session GET,POST' 'api-entries /api/entries/aaaaaaaaaaaaaaaaaaaaaaaaae session GET,PUT,DELETE'
      continue
    fi
    auth=$(grep -o '\.auth = auth_[a-z_]*' "$f" | head -1 | sed 's/.*auth_//')
    [ "$auth" = cookie ] && auth=none # a frame, no right
    verbs=$(grep -o 'VERB_[A-Z]*\]' "$f" | tr -d ']' | sed 's/VERB_//' | sort -u | tr '\n' ',')
    printf '%s %s %s %s\n' "$name" "$(route_path "$name")" "${auth:-none}" "${verbs%,}"
  done
}

# route_path PROGRAM: lighttpd.conf's mapping, the other way round
route_path() {
  case $1 in
    health-deep) echo '/health?deep=1' ;;
    not-found) echo /nosuch ;;
    api-entries) echo /api/entries ;;
    admin-* | register-* | login-* | settings-* | entry-* | trash-* | vault-* | import-*) echo "/${1/-//}" ;;
    *) echo "/$1" ;;
  esac
}
