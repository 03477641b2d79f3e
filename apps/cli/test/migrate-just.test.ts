// Holds converted recipes to what just itself does with the justfile: the same words on stdout, the same success or failure.
// Not here: the report and the files themselves (specs/140-migrate), single decisions (src/migrate-just/*.test.ts).

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createSandbox, type Sandbox } from './program.ts';

const skip = spawnSync('just', ['--version']).status === 0 ? false : 'there is no just on this machine';

const justfile = `cargo := "echo cargo"
version := \`printf 1.2.3\`
port := env('MIGRATE_TEST_PORT', '8080')
release_flags := if port == '1' { '--release --lto' } else { '' }
export GREETING := "hello there"
crate := snakecase('My-Crate') + '_x'

# Nothing of a line is left for the next.
lines:
    cd / && pwd
    basename "$(pwd)"
    x=1; echo "x=$x"
    echo "x=\${x-unset}"
    false; echo goes on
    -false
    @-echo not twice; false
    echo a | cat
    # a comment for {{port}}
    {{cargo}} build --v={{version}} {{crate}} {{uppercase(version + 'a')}}
    echo "$GREETING" {{{{ 'braces' }}
fails:
    echo one
    exit 7
    echo two
words target="all" opt="" *rest:
    printf '<%s>' build '{{target}}' "{{target}}-x" {{target}} {{opt}} {{rest}}
    printf '[%s]' "all: {{rest}}" 'single {{rest}} end' '{{target}} begin'; echo
choice mode="debug":
    echo build {{ if mode == "release" { "--release --lto" } else { "" } }} end
    @echo 'it is {{mode}}' {{ if mode != 'debug' { quote(mode) } else { os_family() } }}
script name:
    #!/usr/bin/env bash
    set -euo pipefail
    for i in 1 2; do echo "$i {{name}}"; done
    echo port {{port}} {{release_flags}}
loose:
    #!/usr/bin/env bash
    false
    false | true
    echo still here
a:
    echo a
b: a
    echo b
after_all: a b && d a (arg "x y")
    echo after
d:
    echo d
arg x $shown='1':
    echo {{x}} '{{x}}' "$shown"
[positional-arguments]
places one *two:
    printf '(%s)' "$1" "$@" "$#"
    printf '(%s)' $(echo {{one}} | tr x y)
[positional-arguments]
handed first *more: (_place more) && (_place 'x y' more)
    printf '<%s>' {{more}}
[positional-arguments]
_place *given:
    printf '(%s)' "$#" "$@"
[confirm]
danger:
    echo boom
joined:
    if true; then \\
      echo "in  if"; \\
    fi
    echo one \\
      two   \\
      three # four
[working-directory: 'inner']
elsewhere:
    basename "$(pwd)"
    basename {{justfile_directory()}}/x
required +names:
    printf '{%s}' {{names}}
`;

let sandbox: Sandbox;

before(() => {
  if (skip !== false) return;
  sandbox = createSandbox();
  sandbox.write('justfile', justfile);
  sandbox.write('inner/keep', '');
  const made = sandbox.run('workflow migrate just --json');
  assert.equal(made.status, 0, made.stderr + made.stdout);
});
after(() => sandbox?.remove());

const cases: readonly (readonly [recipe: string, words?: readonly string[], params?: readonly string[]])[] = [
  ['lines'],
  ['fails'],
  ['words'],
  ['words', ['x', '--a', 'c', 'd'], ['target=x', 'opt=--a', 'rest=["c","d"]']],
  ['words', ['x', '--a --b'], ['target=x', 'opt=--a --b']],
  ['choice'],
  ['choice', ['release'], ['mode=release']],
  ['script', ['me'], ['name=me']],
  ['loose'],
  ['after_all'],
  ['arg', ['v', 'w'], ['x=v', 'shown=w']],
  ['places', ['x', 'b', 'c d'], ['one=x', 'two=["b","c d"]']],
  ['handed', ['a', 'b', 'c d'], ['first=a', 'more=["b","c","d"]']],
  ['danger'],
  ['joined'],
  ['elsewhere'],
  ['required', ['a', 'b'], ['names=a,b']],
];

for (const [recipe, words = [], params = []] of cases) {
  test(`${[recipe, ...words].join(' ')} does what it did in just`, { skip }, () => {
    const old = sandbox.run(['just', recipe, ...words].map(quote).join(' '));
    const now = runWorkflow(recipe, params);
    assert.equal(now.log, old.stdout);
    assert.equal(now.status === 0, old.status === 0);
  });
}

test('a recipe that just asks about runs when the answer is given beforehand', { skip }, () => {
  assert.equal(runWorkflow('danger', ['confirm=true']).log, 'boom\n');
});

test('no value becomes shell text, wherever just would have made it that', { skip }, () => {
  const value = `$(touch pwned) \`touch pwned\` ' " ; touch pwned #`;
  const { log, status } = runWorkflow('words', [`target=${value}`, `rest=${JSON.stringify([value, value])}`]);
  assert.equal(status, 0);
  assert.equal(
    log.split('\n')[0],
    `<build><${value}><${value}-x><${value}><${value}><${value}>[all: ${value} ${value}][single ${value} ${value} end][${value} begin]`,
  );
  runWorkflow('choice', [`mode=${value}`]);
  runWorkflow('script', [`name=${value}`]);
  runWorkflow('places', [`one=${value}`, `two=${JSON.stringify([value])}`]);
  runWorkflow('words', ['target=x', 'opt=$(touch pwned);touch pwned']);
  assert.equal(existsSync(join(sandbox.folder, 'pwned')), false);
});

test('a made justfile takes the same words and hands each on as one', { skip }, () => {
  const made = createSandbox();
  try {
    made.write(
      'old.just',
      [
        'alias w := work',
        '# Works.',
        'work ID *ARGS:\n    ./agent {{ID}} {{ARGS}}',
        'work-inner rev="@" start="":\n    echo {{rev}} {{start}}',
        `plain name="it's" *files="a b":\n    echo {{name}} {{files}}`,
        'late v=`echo x` w="d":\n    echo {{v}} {{w}}',
        'bare:\n    echo hi',
        'workspace-status ID="":\n    ./agent status {{ID}}',
      ].join('\n'),
    );
    const { status, stderr } = made.run('workflow migrate just old.just --agents-just agents.just');
    assert.equal(status, 0, stderr);
    const fake = made.write('fake/workflow', '#!/bin/sh\nfor word; do printf "<%s>" "$word"; done\necho\n');
    chmodSync(fake, 0o755);
    const call = (words: string) => made.run(`PATH="$PWD/fake:$PATH" just --justfile agents.just ${words}`).stdout.trim();
    assert.equal(
      call(`work 'my id' 'a b|(x)' '$(touch pwned)'`),
      '<run><work><--workspace-id><my id><--param><rev=a b|(x)><--param><start=$(touch pwned)>',
    );
    assert.equal(call('w i'), '<run><work><--workspace-id><i>');
    assert.equal(call('work i a b c'), '');
    assert.equal(call('plain'), `<run><plain><--param><name=it's><--param><files=["a b"]>`);
    assert.equal(call(`plain "a'b" 'c d' 'e"f\\g'`), `<run><plain><--param><name=a'b><--param><files=["c d","e\\"f\\\\g"]>`);
    assert.equal(call('late'), '<run><late><--param><w=d>');
    assert.equal(call(`late 1 ''`), '<run><late><--param><v=1><--param><w=>');
    assert.equal(call('bare'), '<run><bare>');
    assert.equal(call('workspace-status'), '<workspace><status>');
    assert.equal(call('workspace-status q'), '<workspace><status><q>');
    assert.equal(existsSync(join(made.folder, 'pwned')), false);
  } finally {
    made.remove();
  }
});

/** What the recipe's own steps wrote, in the order in which they ran. */
function runWorkflow(id: string, params: readonly string[]): { log: string; status: number } {
  const { status } = sandbox.run(['workflow', 'run', id, ...params.flatMap((param) => ['--param', param])].map(quote).join(' '));
  const { steps } = JSON.parse(sandbox.run('workflow status @ --json').stdout) as { steps: { id: string; status: string }[] };
  const values = new Set(['version', 'uppercase']);
  const own = steps.filter((step) => step.status !== 'skipped' && !values.has(step.id) && !step.id.startsWith('confirm'));
  return { log: own.map((step) => sandbox.run(`workflow logs @ ${step.id}`).stdout).join(''), status };
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
