# /admin/status: how the server does and did for 24 hours, from the history that its keeper writes.

setup() {
  load helpers/begin
  vs_new
  ADDR=127.0.0.1
}

# history [FAILED]: a whole file as common/domain/history.h has it: a point for each five minutes but two hours of them, and what is now
history() {
  python3 - "$DATA/run/history" "$(date +%s)" "${1:-0}" <<'PY'
import struct, sys
path, now, failed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
step, n = 300, 288
points = [(0,) * 7] * n
for i in range(n):
    at = (now // step - n + i) * step
    if 100 <= i < 124:
        continue
    points[at // step % n] = (at, 100 + i, 3, failed if i == n - 3 else 0, 1500, 250000 if i == 200 else 90000, 4096 + i)
route = struct.pack("=4Q14QQ", *[0] * 19)
body = struct.pack("=3I3I", 0, 2, 5, 3000, 1500, 0) + struct.pack("=3q2I", now - 90061, now - 5, 0, 0, 0) + route
body += b"".join(struct.pack("=q6I", *p) for p in points)
body = struct.pack("=I", len(body) + 8) + body[4:]
open(path, "wb").write(b"vshist01" + body)
PY
}

@test "without a history it says what is missing" {
  cgi GET /admin/status
  assert_status 200
  assert_json .state blind
  assert_json '.points|length' 0
  assert_json .version "$("$VS_BUILD/cgi-bin/admin-status" --version | cut -d ' ' -f 2)"
  page GET /admin/status
  assert_regex "$body" 'Nobody keeps watch'
  assert_regex "$body" 'Nothing to draw yet'
  refute_regex "$body" '<path class="l0"'
}

@test "24 hours: a point for each five minutes, newest last, gaps left out" {
  history
  cgi GET /admin/status
  assert_json .state fine
  assert_json '.points|length' 264
  assert_json '.memory_kib' 4500
  assert_json '[.points[0].requests,.points[-1].requests,.points[-1].kib,(.points|map(.p95_us)|max)]|join(" ")' '100 387 4383 250000'
  assert_json '(.points|map(.at)) == (.points|map(.at)|sort)' true
  assert_json '.started|length' 20
}

@test "four pictures of lines with a gap, a table beside each, in the person's language" {
  history
  page GET /admin/status
  assert_equal "$(grep -c '<section class="card plot"' <<<"$body")" 4
  assert_equal "$(grep -o '<path class="l[01]" d="M[^"]*"' <<<"$body" | grep -c 'd="M0 [0-9.]*h1L1 ')" 6
  # each line begins again after the gap, and its last point is the last of the picture
  assert_equal "$(grep -o '<path class="l[01]" d="M0 [^"]*"' <<<"$body" | grep -c 'L99 [0-9.]*M124 [0-9.]*h1L125 .*L287 [0-9.]*"')" 6
  refute_regex "$body" 'd="[^"]*-[0-9]'
  # 387 requests in five minutes are 77 a minute, the scale ends at 100; the longest was 250 ms of a scale of 500
  assert_regex "$body" '>Requests: 77<'
  assert_regex "$body" '>100 a minute<'
  assert_regex "$body" '>500 milliseconds<'
  assert_regex "$body" '<td>250</td>'
  # 24 or 25 rows (an hour begun at either end) in each of the four tables
  rows=$(grep -c '<tr><th scope="row">[0-9][0-9]:00</th>' <<<"$body")
  [ "$rows" = 96 ] || [ "$rows" = 100 ] || fail "$rows rows"
  # three refused each five minutes are 36 an hour, added up
  assert_regex "$body" '<td>36</td><td>0</td>'
  # an hour of the gap has no value
  assert_regex "$body" '<td>–</td>'
  assert_regex "$body" '<td>2</td>' # deaths of the web server
  ENV='HTTP_ACCEPT_LANGUAGE=de' page GET /admin/status
  assert_regex "$body" 'Zeit einer Antwort'
  assert_regex "$body" 'Alles läuft'
}

@test "answers that failed within the last half hour are said at once" {
  history 4
  cgi GET /admin/status
  assert_json .state failing
  page GET /admin/status
  assert_regex "$body" 'Some answers failed'
}

@test "a keeper that looks no more is said; a file that is not ours is none" {
  history
  python3 - "$DATA/run/history" <<'PY'
import sys, struct
with open(sys.argv[1], "r+b") as f:
    f.seek(8 + 24 + 8); old = struct.unpack("=q", f.read(8))[0]
    f.seek(8 + 24 + 8); f.write(struct.pack("=q", old - 300))
PY
  cgi GET /admin/status
  assert_json .state blind
  assert_json '.points|length' 264
  for bad in '' short "$(head -c 9000 /dev/zero | tr '\0' v)"; do
    printf '%s' "$bad" >"$DATA/run/history"
    page GET /admin/status
    assert_status 200
    assert_regex "$body" 'Nothing to draw yet'
  done
  rm "$DATA/run/history"
  ln -s /etc/passwd "$DATA/run/history"
  cgi GET /admin/status
  assert_json .state blind
  rm "$DATA/run/history"
  mkfifo "$DATA/run/history"
  cgi GET /admin/status
  assert_json .state blind
}

@test "for this machine and admins alone" {
  history
  for address in 10.0.0.1 ::2 unknown; do
    ADDR=$address cgi GET /admin/status
    assert_status 404
    ADDR=$address page GET /admin/status
    assert_status 404
    refute_regex "$body" 'Requests'
  done
  for forwarded in HTTP_X_FORWARDED_FOR=127.0.0.1 HTTP_FORWARDED=for=127.0.0.1; do
    ENV=$forwarded cgi GET /admin/status
    assert_status 404
  done
}

@test "standard refusals" {
  refuses_methods /admin/status 'GET' POST PUT DELETE
  cgi GET '/admin/status?nosuch=1'
  assert_status 400
}
