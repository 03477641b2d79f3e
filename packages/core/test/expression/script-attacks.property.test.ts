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
      '[ -v ',
      'f() { eval "$1"; }; f ',
      'probe $((',
      'probe "${y:-',
      'sh -c ',
      'probe `',
      'printf ',
      'a[',
      'probe | eval ',
    ),
    fc.array(fc.tuple(token, fc.constantFrom('', '', ' ')), { minLength: 1, maxLength: 9 }),
  )
  .map(([start, parts]) => start + parts.map(([text, gap]) => text + gap).join(''));

const SOUPS = 50_000;
const RUN_MAX = 1_200;

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

/** Places where a value runs in some shell if it gets there: whatever rewriting thinks of them, no value may. */
const traps = [
  'eval H',
  'eval "x H"',
  'eval "$(probe H)"',
  'command eval H',
  '\\eval H',
  'trap H EXIT',
  'builtin eval H',
  '$x H',
  'H',
  'X=1 H',
  'probe H | { read -r l; eval "$l"; }',
  'f() { eval "$1"; }; f H',
  'g() { f "$1"; }; f() { eval "$1"; }; g H',
  'alias e=eval\ne H',
  'probe `printf %s H`',
  'probe "`printf %s "H"`"',
  "probe '`H`'",
  "eval 'H'",
  'probe ${y:-H}',
  'probe "${y:-H}"',
  'probe ${y:=H}',
  'probe ${#H}',
  'probe $((H))',
  'probe "$((1 + H))"',
  'probe $((H + 1))',
  'y=(1); probe ${y[H]}',
  'probe $[H]',
  '((y = H))',
  'for ((y = H; y < 1; y++)); do :; done',
  '[[ H -eq 1 ]]',
  '[[ 1 -lt H ]]',
  '[[ -v H ]]',
  '[ -v H ]',
  'test -v H',
  '[ H H ]',
  '[ ! H H ]',
  '[ -v H -a x ]',
  '[ $y -v H ]',
  '[[ H ]]',
  '[[ H == H ]]',
  'let H',
  'let y=H',
  'declare -i y=H',
  'declare -i y; y=H',
  'declare -i y; for y in H; do :; done',
  'y=(1); declare y=H',
  'declare -a y=H',
  'declare H',
  'declare -n y=H; probe $y',
  'export H',
  'readonly H=1',
  'f() { local -i y=H; }; f',
  'f() { local y=H; }; f',
  'typeset y=H',
  'y[H]=1',
  'y=([H]=1)',
  'y[0]=H',
  'RANDOM=H',
  'OPTIND=H',
  'PS4=H; set -x; probe',
  'read H',
  'unset H',
  'printf H x',
  'printf -v H x',
  'printf -- H x',
  'set H',
  'set -- H',
  'shift H',
  'probe <<EOF\n$((H))\nEOF\n',
  'probe <<EOF\n${y:-H}\nEOF\n',
  'probe <<EOF\n`printf %s H`\nEOF\n',
  'probe <<EOF\n\\H\nEOF\n',
  '. H',
  'exec H',
  'command H',
  'probe > >(eval "$(read -r l; printf %s "$l")") H',
  'probe \\H',
  'probe "\\H"',
  'probe "$"H',
  "probe $'H'",
  'probe $"H"',
  'case H in H) probe ;; esac',
  'case x in x$((H))) ;; esac',
  'for H in x; do :; done',
  'H() { :; }',
  'probe >H',
  'probe 2>&H',
]
  .flat()
  .map((text) => text.replaceAll('H', HOLE));

for (const { name, path } of shellsHere()) {
  test(`no value runs in ${path} where it could most easily`, () => {
    const cases = traps.flatMap((text) => {
      const { script, env, problems } = rewriteScript({ script: text, shell: name, variable: (n) => `WORKFLOW_VALUE_${n}` });
      if (problems.length > 0 || env.length === 0) return [];
      return [...attacks, '-v'].map((value) => ({ script, variables: { WORKFLOW_VALUE_1: value } }));
    });
    const outputs = runShellBatch(path, cases);
    for (const [at, { script, variables }] of cases.entries()) {
      assert.ok(!/PWNED/.test(`${outputs[at]?.stdout}${outputs[at]?.stderr}`), `${script}\nwith ${variables.WORKFLOW_VALUE_1}`);
    }
  });
}
