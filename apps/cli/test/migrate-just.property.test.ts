// Random recipes do the same in just and as the scripts made of them. Values are plain words: on those the two agree by
// promise; what becomes of hostile ones is in migrate-just.test.ts.
// Not here: how a run starts a script (executor).

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { bareCatalog, parseToml, readModel, rewriteScript } from '@workflow-platform/core';
import fc from 'fast-check';
import { convertJustfile } from '../src/migrate-just/convert-justfile.ts';
import { readDump } from '../src/migrate-just/read-dump.ts';

const skip = spawnSync('just', ['--version']).status === 0 ? false : 'there is no just on this machine';

const values: { readonly [name: string]: string } = { x: 'one', y: 'two-3' };

const word = fc.constantFrom(
  'a',
  "'b c'",
  '"d  e"',
  '{{x}}',
  '{{y}}z',
  "'{{x}} q'",
  '"p {{y}}"',
  `"$(printf '%s' {{x}})"`,
  '--k={{x}}',
  '{{fixed}}',
  '{{two}}',
  "'it'\\''s {{y}}'",
  '"${none:-{{x}}}"',
  '{{ if x == "one" { "--yes" } else { "" } }}',
  '{{ if y == "x" { "n" } else { "m {{" } }}',
  '{{quote(y)}}',
);
const print = fc.array(word, { maxLength: 4 }).map((words) => ["printf '<%s>'", ...words].join(' '));
const simple = fc.oneof(
  { weight: 5, arbitrary: print },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'true',
      'false',
      'cd sub',
      'v=1',
      'export v=2',
      "printf '%s' ${v-unset}",
      'pwd | sed s,.*/,,',
      'set -e',
      'set -eu',
      'set +e',
      'exit 3',
      'cat < /dev/null',
    ),
  },
);
const line = fc
  .tuple(
    fc.constantFrom('', '', '', '@', '-', '@-'),
    fc.array(fc.tuple(simple, fc.constantFrom(' && ', ' || ', '; ', ' | cat; ', ' | cat && ', ' \\\n      && ')), {
      minLength: 1,
      maxLength: 3,
    }),
    fc.constantFrom('', '', '', ' # note {{x}}'),
  )
  .map(
    ([sigils, parts, comment]) =>
      sigils + parts.map(([command, join], at) => (at === parts.length - 1 ? command : command + join)).join('') + comment,
  );
const recipes = fc.array(fc.array(line, { minLength: 1, maxLength: 4 }), { minLength: 12, maxLength: 12 });
const shells = [
  '',
  'set shell := ["bash", "-euo", "pipefail", "-c"]',
  'set shell := ["bash", "-c"]',
  'set shell := ["sh", "-ec"]',
];

test('lines of recipes leave the same and end alike', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'workflow-test-'));
  mkdirSync(join(folder, 'sub'));
  try {
    fc.assert(
      fc.property(recipes, fc.constantFrom(...shells), (bodies, shell) => {
        const text = justfile(bodies, shell);
        writeFileSync(join(folder, 'justfile'), text);
        const dump = spawnSync('just', ['--dump', '--dump-format', 'json'], { cwd: folder, encoding: 'utf8' });
        assert.equal(dump.status, 0, dump.stderr);
        const reading = readDump(dump.stdout);
        assert.ok(reading.ok);
        const conversion = convertJustfile({
          root: reading.root,
          places: { folder: '', file: 'justfile', absolute: folder },
          text,
          recipes: null,
          catalog: bareCatalog,
        });
        for (const file of conversion.files) {
          const old = spawnSync('just', [file.recipe.name, values['x']!, values['y']!], { cwd: folder, encoding: 'utf8' });
          const now = runScript(file.text, folder);
          const context = `${shell}\n${text}\n${file.text}\n${old.stderr}\n${now.stderr}`;
          assert.equal(now.stdout, old.stdout, context);
          assert.equal(now.status, old.status, context);
        }
      }),
      { numRuns: 8 },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

function justfile(bodies: readonly (readonly string[])[], shell: string): string {
  const head = [shell, "fixed := 'f1'", "two := fixed + ' f2'"];
  const recipes = bodies.map((lines, at) => `r${at} x y:\n${lines.map((each) => `    ${each}\n`).join('')}`);
  return `${[...head, ...recipes].join('\n')}\n`;
}

/** As a step does, with the values in the environment. */
function runScript(toml: string, folder: string) {
  const document = parseToml(toml, 'r.toml');
  const step = readModel(document, bareCatalog).model!.steps[0]!;
  const { script, env, problems } = rewriteScript({
    script: step.run!,
    shell: step.shell ?? 'sh',
    variable: (n) => `WORKFLOW_VALUE_${n}`,
  });
  assert.deepEqual(problems, []);
  const resolve = (expression: string) => values[expression.replace('params.', '')]!;
  const own = Object.entries(step.env).map(([name, given]) => [
    name,
    given.replace(/^\$\{\{ (.*) \}\}$/, (_, inner: string) => resolve(inner)),
  ]);
  const options = step.shell === 'bash' ? ['-e', '-o', 'pipefail'] : ['-e'];
  return spawnSync(step.shell ?? 'sh', [...options, '-c', script, step.id], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      ...process.env,
      ...Object.fromEntries(own),
      ...Object.fromEntries(env.map(({ name, expression }) => [name, resolve(expression)])),
    },
  });
}
