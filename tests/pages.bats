#!/usr/bin/env bats
# The templates' rules (STYLE.md 9): where a placeholder may stand, and what every form and field must have. page.c escapes for text and for
# quoted attributes only; a placeholder anywhere else would be safe for nobody.

setup() {
  pages="$BATS_TEST_DIRNAME/../html/pages"
  lint="$BATS_TEST_TMPDIR/lint.pl"
  cat >"$lint" <<'PERL'
use strict;
my ($rule, @files) = @ARGV;
my $bad = 0;
my ($file, $text);
sub blame { my ($at, $what) = @_; my $line = 1 + (substr($text, 0, $at) =~ tr/\n//); $what =~ s/\s+/ /g; print "$file:$line: $what\n"; $bad = 1; }
# Calls $f with (offset, name, list of [attribute, value], whole tag, what follows the name) for each start tag.
sub tags {
  my ($f) = @_;
  (my $t = $text) =~ s/<!--.*?-->/" " x length($&)/gse;
  while ($t =~ /<([a-zA-Z][a-zA-Z0-9-]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>/g) {
    my ($at, $name, $rest, $whole, $next) = ($-[0], lc $1, $2, $&, pos $t);
    my @attr;
    while ($rest =~ /\{\{.*?\}\}|([^\s"'=\/{}]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/gs) {
      push @attr, [lc $1, $2 // $3 // $4 // ''] if defined $1;
    }
    $f->($at, $name, \@attr, $whole, $rest);
    pos($t) = $next;
  }
}
sub value { my ($attrs, $n) = @_; for (@$attrs) { return $_->[1] if $_->[0] eq $n } return undef; }

my %rules = (
  comments => sub { while ($text =~ /<!--(.*?)-->/gs) { blame($-[0], "placeholder in a comment") if $1 =~ /\{\{/ } },
  scripts => sub {
    while ($text =~ /<script\b([^>]*)>(.*?)<\/script/gis) {
      my ($at, $tag, $in) = ($-[0], $1, $2);
      blame($at, "script within the page") if $in =~ /\S/;
      blame($at, "placeholder in a script tag") if $tag =~ /\{\{/;
    }
    blame($-[0], "style element") while $text =~ /<style\b/gi;
  },
  unquoted => sub {
    tags(sub {
      my ($at, $name, $attrs, $whole, $rest) = @_;
      $rest =~ s/"[^"]*"|'[^']*'/Q/gs;
      $rest =~ s/\{\{[#^\/][a-z0-9_.]+\}\}//g; # a section may stand around whole attributes
      blame($at, "placeholder outside of quotes: $whole") if $rest =~ /\{\{/;
      blame($at, "value without quotes: $whole") if $rest =~ /=\s*[^\sQ]/;
    });
    blame($-[0], "placeholder in the name of a tag") while $text =~ /<\/?[a-zA-Z0-9-]*\{\{/g;
  },
  inline => sub { tags(sub {
    my ($at, $name, $attrs) = @_;
    for (@$attrs) { blame($at, "$_->[0] on <$name>") if $_->[0] eq 'style' || $_->[0] =~ /^on[a-z]+$/ || $_->[0] eq 'srcdoc' }
  }) },
  addresses => sub { tags(sub {
    my ($at, $name, $attrs) = @_;
    for (@$attrs) {
      my ($n, $v) = @$_;
      next unless $n =~ /^(href|src|action|formaction|srcset|poster|data|cite|ping|xlink:href)$/;
      blame($at, "$n with a scheme that runs: $v") if $v =~ /^\s*(javascript|vbscript|data:text)/i;
      next unless $v =~ /\{\{/;
      blame($at, "$n does not begin with a literal path: $v")
        unless $v =~ m{^(/[a-z]|/\?|\#|\?[a-z]|https?://\{\{|otpauth://totp/|data:image/png;base64,\{\{)};
      my ($path, $query) = split /\?/, $v, 2;
      blame($at, "$n has a value in its query that is not {{url:}}: $v") if defined $query && $query =~ /\{\{(?![#^\/]|url:)/;
    }
  }) },
  csrf => sub { while ($text =~ /<form\b([^>]*)>(.*?)<\/form>/gis) {
    my ($at, $tag, $in) = ($-[0], $1, $2);
    next unless $tag =~ /\bmethod\s*=\s*["']?post/i;
    blame($at, "form without the token") unless $in =~ /<input\b(?=[^>]*\btype="hidden")(?=[^>]*\bname="csrf")(?=[^>]*\bvalue="\{\{frame\.csrf\}\}")/;
  } },
  labels => sub { tags(sub {
    my ($at, $name, $attrs, $whole) = @_;
    return unless $name =~ /^(input|select|textarea)$/;
    return if $name eq 'input' && (value($attrs, 'type') // 'text') =~ /^(hidden|submit|button|reset|image)$/;
    return if defined value($attrs, 'aria-label') || defined value($attrs, 'aria-labelledby');
    my $id = value($attrs, 'id');
    return if defined $id && $text =~ /<label\b[^>]*\bfor="\Q$id\E"/;
    my $before = substr($text, 0, $at);
    my ($open, $close) = (rindex($before, '<label'), rindex($before, '</label'));
    blame($at, "no label: $whole") unless $open > $close;
  }) },
);
die "no rule $rule" unless $rules{$rule};
for $file (@files) { local $/; open my $h, '<', $file or die "$file: $!"; $text = <$h>; close $h; $rules{$rule}->(); }
exit $bad;
PERL
}

# Every page of ours keeps the rule, its partials put in.
keep() {
  local page
  mkdir -p "$BATS_TEST_TMPDIR/whole"
  for page in "$pages"/[!_]*.html; do
    "$BATS_TEST_DIRNAME/../ops/build/expand.sh" "$page" "$pages" /dev/null >"$BATS_TEST_TMPDIR/whole/${page##*/}"
  done
  run perl "$lint" "$1" "$BATS_TEST_TMPDIR/whole"/*.html
  echo "$output"
  [ "$status" -eq 0 ]
}

# refuse RULE / take RULE: every line of the input is a template that the rule must refuse, must take.
refuse() { judge "$1" 1; }
take() { judge "$1" 0; }
judge() {
  local line
  while IFS= read -r line; do
    printf '%s\n' "$line" >"$BATS_TEST_TMPDIR/one.html"
    run perl "$lint" "$1" "$BATS_TEST_TMPDIR/one.html"
    if [ "$status" -ne "$2" ]; then
      echo "$1: $line: $status $output"
      return 1
    fi
  done
}

@test "there are pages to look at" {
  ls "$pages"/*.html
}

@test "no placeholder in a comment" {
  refuse comments <<'E'
<!-- {{a}} -->
E
  keep comments
}

@test "no script or style within a page" {
  refuse scripts <<'E'
<script>let a = "{{a}}"</script>
<script>let a</script>
<script src="/x.js?{{a}}"></script>
<style>b { color: red }</style>
E
  take scripts <<'E'
<script type="module" src="/assets/app.js"></script>
E
  keep scripts
}

@test "placeholders in tags stand in quotes" {
  refuse unquoted <<'E'
<a class={{a}}>
<a {{a}}>
<a class="x" {{.b}}>
<{{a}}>
<h{{a}}>
<a {{a}}="x">
<input value=x>
E
  take unquoted <<'E'
<a class="{{a}}" title='{{b}}'>
<input {{#a}}checked{{/a}} type="checkbox">
<input {{#a}}aria-describedby="{{b}}"{{/a}} required>
E
  keep unquoted
}

@test "no style attribute, no inline handler" {
  refuse inline <<'E'
<p style="color: red">
<p onclick="x()">
<body class="a" ONLOAD="x()">
<iframe srcdoc="x">
E
  take inline <<'E'
<p class="one" data-on="x">
E
  keep inline
}

@test "addresses begin with a literal path, and values in their queries are percent-encoded" {
  refuse addresses <<'E'
<a href="{{a}}">
<a href="/{{a}}">
<a href="//{{a}}">
<a href="{{a}}/b">
<img src="{{a}}">
<form action="{{a}}">
<button formaction="{{a}}">
<a href="javascript:{{a}}">
<a href="javascript:x">
<a href="/entry?id={{a}}">
<a href="data:text/html,{{a}}">
E
  take addresses <<'E'
<a href="/entry?id={{url:a}}&amp;b={{url:.c}}">
<a href="/entry{{#a}}?b={{url:c}}{{/a}}">
<a href="https://{{a}}">
<img src="data:image/png;base64,{{a}}" alt="{{b}}">
<a href="#row-{{a}}">
E
  keep addresses
}

@test "every form that posts has the token" {
  refuse csrf <<'E'
<form method="post" action="/x"><button>a</button></form>
<form method="POST"><input type="hidden" name="csrf" value="x"></form>
<form method="post"></form><form method="post"><input type="hidden" name="csrf" value="{{frame.csrf}}"></form>
E
  take csrf <<'E'
<form method="get"><input name="q"></form>
<form action="/x" method="post"><input type="hidden" name="csrf" value="{{frame.csrf}}"></form>
E
  keep csrf
}

@test "every field has a label" {
  refuse labels <<'E'
<input name="a">
<input id="a" name="a"><label for="b">B</label>
<label for="b">B</label><select id="a"></select>
<textarea placeholder="A"></textarea>
<label>a</label><input type="checkbox">
E
  take labels <<'E'
<label for="a">A</label><input id="a">
<label><input type="checkbox"> A</label>
<input type="hidden" name="a"><input type="submit">
<input aria-label="A">
<label for="a-{{.id}}">A</label><input id="a-{{.id}}">
E
  keep labels
}
