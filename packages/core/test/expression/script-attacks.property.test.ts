// Scripts put together at random, most of them nonsense: where rewriting finds nothing wrong, no value may run in a real shell.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { rewriteScript } from '../../src/plan/rewrite-script.ts';
import { attacks } from './hostile-values.ts';
import { runShellBatch, type ShellCase, shellsHere } from './shell-batch.ts';

const HOLE = '${{ v }}';
const SEED = Number(process.env['SEED'] ?? 1);

/** Fragments of shell grammar, chosen so that quotes, brackets and lines end in unexpected places. No loops without an end. */
const tokens = [
  'probe',
  ':',
  'echo',
  'a',
  'x',
  '-v',
  '1',
  '-eq',
  '=',
  '==',
  '-n',
  '!',
  'in',
  'b.c',
  '%s',
  '-c',
  '--',
  '-a',
  '-i',
  'x=',
  'x+=',
  'a[',
  ']',
  ']=',
  'a[0]=',
  'a=(',
  'RANDOM=',
  'PS4=',
  'OPTIND=',
  '[0]=',
  "'",
  '"',
  '`',
  '\\',
  '$',
  "$'",
  '$"',
  '\\\n',
  '\n',
  '#',
  '# ',
  "''",
  '""',
  '$(',
  ')',
  '(',
  '((',
  '))',
  '$((',
  '${',
  '}',
  '${y:-',
  '${y#',
  '${a[',
  '$y',
  '$1',
  '"$@"',
  '$#',
  '{',
  '{ ',
  '; }',
  '[[ ',
  ' ]]',
  '[ ',
  ' ]',
  '=~',
  ';',
  '&',
  '|',
  '&&',
  '||',
  ';;',
  ';&',
  '<',
  '>',
  '>>',
  '<<EOF',
  '<<-EOF',
  "<<'EOF'",
  '<<\\EOF',
  '<<<',
  '>&',
  '<(',
  '>(',
  '2>',
  '&>',
  '\nEOF\n',
  '\n	EOF\n',
  '\\\nEOF\n',
  'EOF',
  'if ',
  'then ',
  'else ',
  'fi',
  'case ',
  ' in ',
  'esac',
  'for i in ',
  'do ',
  'done',
  'f() ',
  'f ',
  'function g ',
  'time ',
  'select i in ',
  'eval ',
  'sh -c ',
  '. ',
  'command ',
  'builtin ',
  'exec ',
  'let ',
  'declare ',
  'declare -i ',
  'local ',
  'export ',
  'readonly ',
  'typeset -a ',
  'printf ',
  'printf -v ',
  'read ',
  'unset ',
  'test ',
  'trap ',
  'set ',
  'set -- ',
  'shift ',
  'return ',
  'alias q=',
  'q ',
  'shopt -s extglob\n',
  '@(',
  '*',
  '~',
  '=',
  ',',
];

const token = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...tokens) }, { weight: 1, arbitrary: fc.constant(HOLE) });
const soup = fc
  .tuple(
    fc.constantFrom(
      '',
        '',
        'probe ',
        'probe "',
        'x=',
        'probe <<EOF\n',
        '[[ x == ',
        'case x in ',
        'eval ',
        'declare -i x; x=',
        'x=(1); declare x',
      '[ -v ', 'f() { eval "$1"; }; f ', 'probe $((', 'probe "${y:-', 'sh -c ', 'probe `', 'printf ', 'a[', 'probe | eval ',
    ),
    fc.array(fc.tuple(token, fc.constantFrom('', '', ' ')), { minLength: 1, maxLength: 9 }),
  )
  .map(([start, parts]) => start + parts.map(([text, gap]) => text + gap).join(''));

const SOUPS = 100_000;
const RUN_MAX = 2_500;

for (const { name, path } of shellsHere()) {
  test(`no value runs in a script of ${path} that is taken for safe`, () => {
    const cases: { soup: string; run: ShellCase }[] = [];
    const texts = fc.sample(
      soup.filter((text) => text.includes(HOLE)),
      { numRuns: SOUPS, seed: SEED },
    );
    for (const [at, text] of texts.entries()) {
      const { script, env, problems } = rewriteScript({ script: text, shell: name, variable: (n) => `WORKFLOW_VALUE_${n}` });
      if (problems.length > 0 || env.length === 0) continue;
      const value = attacks[at % attacks.length] ?? '';
      cases.push({ soup: text, run: { script, variables: { WORKFLOW_VALUE_1: value } } });
      if (cases.length === RUN_MAX) break;
    }
    assert.ok(cases.length > RUN_MAX / 2, `only ${cases.length} scripts were taken for safe; the fragments no longer fit`);
    const outputs = runShellBatch(
      path,
      cases.map(({ run }) => run),
    );
    for (const [at, { soup: text, run }] of cases.entries()) {
      const { stdout = '', stderr = '' } = outputs[at] ?? {};
      assert.ok(
        !/PWNED/.test(stdout + stderr),
        `seed ${SEED}, script:\n${text}\nrewritten:\n${run.script}\nvalue: ${run.variables['WORKFLOW_VALUE_1']}\n${stderr}`,
      );
    }
  });
}
