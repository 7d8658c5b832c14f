# The compose file and the Dockerfile, by tools that know their languages, and what ours must say.

setup() {
  load helpers/assert
  top=$BATS_TEST_DIRNAME/..
  export B=${B:-build}
  # settings of nobody's
  cp "$top/ops/compose.yaml" "$BATS_TEST_TMPDIR/"
  touch "$BATS_TEST_TMPDIR/.env" "$BATS_TEST_TMPDIR/.env.blue" "$BATS_TEST_TMPDIR/.env.green"
}

@test "the schema of Compose: no unknown key, no wrong type; a wrong one is found" {
  (cd "$top" && tests/tools/node.sh ops) || skip 'no npm'
  # people are to reach the port, so it is bound to every address
  lint() { "$top/$B/node-ops/node_modules/.bin/dclint" "$BATS_TEST_TMPDIR/compose.yaml" -q --disable-rule no-unbound-port-interfaces; }
  run lint
  assert_equal "$status" 0
  sed -i 's/^    restart: unless-stopped/    restrat: unless-stopped/; s/^  restart: unless-stopped/  restrat: unless-stopped/' "$BATS_TEST_TMPDIR/compose.yaml"
  run lint
  [ "$status" != 0 ] || fail 'an unknown key passed'
}

@test "docker-compose takes it, and each service runs without rights, within limits, and comes back" {
  command -v docker-compose >/dev/null || skip 'no docker-compose'
  cd "$BATS_TEST_TMPDIR"
  docker-compose config -q
  docker-compose config | python3 -c "
import json, sys
sys.path.append('/usr/lib/python3/dist-packages')
import yaml
s = yaml.safe_load(sys.stdin)['services']
for name, c in s.items():
    assert c['restart'] == {'backup': 'no', 'front': 'always'}.get(name, 'unless-stopped'), name
    assert c['read_only'] is True and c['cap_drop'] == ['ALL'] and c['security_opt'] == ['no-new-privileges:true'], name
    assert c['mem_limit'] and c['pids_limit'] and c['logging']['options']['max-size'], name
    assert not c.get('privileged') and 'docker.sock' not in json.dumps(c), name
    if name == 'backup':
        assert sorted(v.split(':')[1] for v in c['volumes']) == ['/backups', '/data'] and not c.get('ports'), name
    elif name != 'front':
        assert any(t.startswith('/run/vaultsphere') for t in c['tmpfs']) and c['healthcheck']['test'][-1].endswith('vaultsphere-health'), name
        assert [v.split(':')[1] for v in c['volumes']] == ['/data'], name
assert '80:5001' in str(s['vault']['ports']) or (s['vault']['ports'][0]['target'], s['vault']['ports'][0]['published']) == (5001, 80), s['vault']['ports']
assert s['dynamodb']['environment']['STORE'] == 'dynamodb'
"
  sed -i 's/mem_limit: 256m/mem_limt: 256m/' compose.yaml
  run docker-compose config -q
  [ "$status" != 0 ] || fail 'an unknown key passed'
}

@test "the Dockerfile's syntax; a wrong instruction is found" {
  (cd "$top" && tests/tools/node.sh ops) || skip 'no npm'
  lint() { "$top/$B/node-ops/node_modules/.bin/dockerfile-utils" lint "$1"; }
  run lint "$top/Dockerfile"
  assert_equal "$status $output" '0 '
  sed 's/^EXPOSE/EXPOZE/' "$top/Dockerfile" >"$BATS_TEST_TMPDIR/Dockerfile"
  run lint "$BATS_TEST_TMPDIR/Dockerfile"
  [ "$status" != 0 ] || fail 'EXPOZE passed'
  # what it begins with is named in full and with a release, what runs is built from nothing
  # or a stage of it
  stages=$(sed -n 's/^FROM .* AS //p' "$top/Dockerfile")
  assert_equal "$(sed -n 's/^FROM \([^ ]*\).*/\1/p' "$top/Dockerfile" | grep -vxF "$stages" | sort -u | paste -sd' ')" 'docker.io/library/debian:bookworm-slim scratch'
  assert_equal "$(sed -n 's/^FROM \(.*\) AS \(described\|vault.*\)$/\2 \1/p' "$top/Dockerfile" | paste -sd,)" 'described scratch,vault described,vault-dynamodb described,vault-keep described'
}

@test "the Jenkinsfile reads as Groovy; a brace too many is found" {
  command -v java >/dev/null || skip 'no java'
  (cd "$top" && tests/tools/node.sh ops) || skip 'no npm'
  # in a folder of its own: it reads whatever it finds
  mkdir "$BATS_TEST_TMPDIR/good" "$BATS_TEST_TMPDIR/bad"
  cp "$top/Jenkinsfile" "$BATS_TEST_TMPDIR/good/"
  sed 's/^pipeline {/pipeline {{/' "$top/Jenkinsfile" >"$BATS_TEST_TMPDIR/bad/Jenkinsfile"
  tool=$(cd "$top" && pwd)/$B/node-ops/node_modules/.bin/npm-groovy-lint
  lint() { (cd "$BATS_TEST_TMPDIR/$1" && timeout 150 "$tool" --noserver --failon error -p . -f '**/Jenkinsfile'); }
  run lint good
  assert_equal "$status" 0
  run lint bad
  assert_equal "$status" 1
}
