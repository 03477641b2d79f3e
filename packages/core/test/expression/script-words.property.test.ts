// Real shells run rewritten scripts with hostile values: each value must arrive as it is, as one word, wherever it stood.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { rewriteScript } from '../../src/plan/rewrite-script.ts';
import { hostileValue } from './hostile-values.ts';
import { runShellBatch, shellsHere, type ShellCase } from './shell-batch.ts';

/** A piece of a script, and what it must print. Values are named by number, and print as they are. */
interface Piece {
  readonly text: string;
  readonly prints: (values: readonly string[]) => string;
}

/** A piece of a word, and the text it stands for. */
interface Fragment {
  readonly text: string;
  readonly means: (values: readonly string[]) => string;
}

const VALUES = 4;
const hole: fc.Arbitrary<Fragment> = fc
  .nat(VALUES - 1)
  .map((at) => ({ text: `\${{ v${at} }}`, means: (values) => values[at] ?? '' }));
const plain: fc.Arbitrary<Fragment> = fc
  .constantFrom('a', 'x-1', './p', 'k=', '@', 'é', ':')
  .map((text) => ({ text, means: () => text }));
const single: fc.Arbitrary<Fragment> = fc
  .constantFrom('', 'it is', '$x', '`', '"', '\\', '#', '\n', '*', '{{ }}')
  .map((text) => ({ text: `'${text}'`, means: () => text }));
const escaped: fc.Arbitrary<Fragment> = fc
  .constantFrom('$a', '"', "'", ' ', '\\', '*', '#', '(')
  .map((text) => ({ text: `\\${text}`, means: () => text }));
const inQuotes: fc.Arbitrary<Fragment> = fc
  .constantFrom(' ', "it's", '\\"', '\\$a', '\\\\', '\\`', '#', '*', '\n', '(', ';', 'é')
  .map((text) => ({ text, means: () => text.replace(/\\(.)/g, '$1') }));

function join(fragments: readonly Fragment[]): Fragment {
  return {
    text: fragments.map(({ text }) => text).join(''),
    means: (values) => fragments.map(({ means }) => means(values)).join(''),
  };
}

/** `$(printf %s …)` drops line breaks at its end. */
function substituted(inner: Fragment): Fragment {
  return { text: `$(printf %s ${inner.text})`, means: (values) => inner.means(values).replace(/\n+$/, '') };
}

const { word } = fc.letrec<{ word: Fragment; double: Fragment; doubleItem: Fragment }>((tie) => ({
  word: fc
    .array(fc.oneof({ withCrossShrink: true, maxDepth: 3 }, hole, plain, single, escaped, tie('double')), {
      minLength: 1,
      maxLength: 4,
    })
    .map(join),
  double: fc
    .array(fc.oneof(hole, plain, inQuotes, tie('doubleItem')), { maxLength: 4 })
    .map(join)
    .map(({ text, means }) => ({ text: `"${text}"`, means })),
  doubleItem: fc.oneof({ maxDepth: 3 }, hole, tie('word').map(substituted)),
}));

function probe(words: readonly Fragment[]): Piece {
  return {
    text: `probe ${words.map(({ text }) => text).join(' ')}`,
    prints: (values) => [String(words.length), ...words.map(({ means }) => means(values))].map((each) => `${each}\0`).join(''),
  };
}

const words = fc.array(word, { minLength: 1, maxLength: 3 });
const heredocLine: fc.Arbitrary<Fragment> = fc
  .array(
    fc.oneof(
      hole,
      fc.constantFrom(' ', '"', "'", '#', 'x').map((text) => ({ text, means: () => text })),
      word.map(substituted),
    ),
    { maxLength: 4 },
  )
  .map(join);

function wrap(piece: Piece, before: string, after: string): Piece {
  return { text: `${before}${piece.text}${after}`, prints: piece.prints };
}

/** Statements that every shell knows. */
const common: readonly fc.Arbitrary<Piece>[] = [
  words.map(probe),
  word.map(({ text, means }) => ({ text: `x=${text}; probe "$x"`, prints: (values) => `1\0${means(values)}\0` })),
  word.map(({ text, means }) => ({ text: `export X=${text}; probe "$X"`, prints: (values) => `1\0${means(values)}\0` })),
  words.map((each) => ({ ...probe(each), text: `f() { probe "$@"; }\nf ${each.map(({ text }) => text).join(' ')}` })),
  words.map((each) => ({ ...probe(each), text: `set -- ${each.map(({ text }) => text).join(' ')}; probe "$@"` })),
  words.map((each) => ({
    text: `for i in ${each.map(({ text }) => text).join(' ')}; do probe "$i"; done`,
    prints: (values: readonly string[]) => each.map(({ means }) => `1\0${means(values)}\0`).join(''),
  })),
  fc.tuple(word, word).map(([left, right]) => ({
    text: `case ${left.text} in ${right.text}) probe same ;; *) probe other ;; esac`,
    prints: (values: readonly string[]) => `1\0${left.means(values) === right.means(values) ? 'same' : 'other'}\0`,
  })),
  fc.tuple(word, word).map(([left, right]) => ({
    text: `if [ ${left.text} = ${right.text} ]; then probe same; else probe other; fi`,
    prints: (values: readonly string[]) => `1\0${left.means(values) === right.means(values) ? 'same' : 'other'}\0`,
  })),
  fc.tuple(heredocLine, heredocLine, fc.constantFrom('<<EOF', '<<-EOF')).map(([first, second, operator]) => ({
    text: `while IFS= read -r line; do probe "$line"; done ${operator}\n>${first.text}\n>${second.text}\nEOF\n`,
    prints: (values: readonly string[]) =>
      `>${first.means(values)}\n>${second.means(values)}`
        .split('\n')
        .map((line) => `1\0${line}\0`)
        .join(''),
  })),
  word
    .map((each) => probe([substituted(each)]))
    .map(({ text, prints }) => ({ text: text.replace(/^probe ([\s\S]*)$/, 'probe "$1"'), prints })),
];

/** Statements of bash. */
const ofBash: readonly fc.Arbitrary<Piece>[] = [
  words.map((each) => ({ ...probe(each), text: `a=(${each.map(({ text }) => text).join('\n')}); probe "\${a[@]}"` })),
  word.map(({ text, means }) => ({
    text: `a[1]=${text}; probe "\${a[1]}"`,
    prints: (values: readonly string[]) => `1\0${means(values)}\0`,
  })),
  word.map(({ text, means }) => ({
    text: `IFS= read -rd '' x <<<${text}; probe "$x"`,
    prints: (values: readonly string[]) => `1\0${means(values)}\n\0`,
  })),
  fc.tuple(word, word).map(([left, right]) => ({
    text: `if [[ ${left.text} == ${right.text} ]]; then probe same; else probe other; fi`,
    prints: (values: readonly string[]) => `1\0${left.means(values) === right.means(values) ? 'same' : 'other'}\0`,
  })),
  words.map((each) => ({
    text: `IFS= read -rd '' x < <(printf '%s|' ${each.map(({ text }) => text).join(' ')}); probe "$x"`,
    prints: (values: readonly string[]) => `1\0${each.map(({ means }) => `${means(values)}|`).join('')}\0`,
  })),
  words.map((each) => ({
    ...probe(each),
    text: `function g { local x=1; probe "$@"; }; g ${each.map(({ text }) => text).join(' ')}`,
  })),
];

/** Statements inside others. */
function nested(statement: fc.Arbitrary<Piece>): fc.Arbitrary<Piece> {
  return fc.oneof(
    { weight: 4, arbitrary: statement },
    statement.map((each) => wrap(each, '( ', '\n)')),
    statement.map((each) => wrap(each, '{ ', '\n}')),
    statement.map((each) => wrap(each, 'if true; then\n', '\nfi')),
    statement.map((each) => wrap(each, '# it\'s ${{ v0 }} " a comment\n', '\n# $( ` ${{ v1 }}')),
    statement.map((each) => wrap(each, ': "$(: \'" )\' )" \\\n  x; ', '\n')),
    statement.map((each) => wrap(each, 'case x in (y) ;; x)\n', '\n;; esac')),
    fc.tuple(statement, statement).map(([first, second]) => ({
      text: `${first.text}\n${second.text}`,
      prints: (values: readonly string[]) => first.prints(values) + second.prints(values),
    })),
  );
}

const RUNS = 400;
const SEED = Number(process.env['SEED'] ?? 1);

for (const { name, path } of shellsHere()) {
  test(`a value is one word, as it is, wherever a script of ${path} may hold it`, () => {
    const statement = nested(nested(fc.oneof(...common, ...(name === 'bash' ? ofBash : []))));
    const samples = fc.sample(fc.tuple(statement, fc.array(hostileValue, { minLength: VALUES, maxLength: VALUES })), {
      numRuns: RUNS,
      seed: SEED,
    });
    const cases: { piece: Piece; values: readonly string[]; run: ShellCase }[] = [];
    for (const [piece, values] of samples) {
      const rewritten = rewriteScript({ script: piece.text, shell: name, variable: (n) => `WORKFLOW_VALUE_${n}` });
      assert.deepEqual(rewritten.problems, [], piece.text);
      const variables = Object.fromEntries(
        rewritten.env.map((each) => [each.name, values[Number(each.expression.slice(1))] ?? '']),
      );
      cases.push({ piece, values, run: { script: rewritten.script, variables } });
    }
    const outputs = runShellBatch(
      path,
      cases.map(({ run }) => run),
    );
    for (const [at, { piece, values, run }] of cases.entries()) {
      assert.deepEqual(
        outputs[at],
        { stdout: piece.prints(values), stderr: '' },
        `seed ${SEED}, script:\n${piece.text}\nrewritten:\n${run.script}\nvalues: ${JSON.stringify(values)}`,
      );
    }
  });
}
