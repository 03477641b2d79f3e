// Rule: what a matrix leaves out and adds fits it, as far as the file says.

import type { Json } from '../model/json.ts';
import type { Matrix } from '../model/matrix.ts';
import type { Path } from '../parse/document.ts';
import type { Report } from '../diagnostic/report.ts';
import { expandMatrix } from '../plan/expand-matrix.ts';
import type { Rule } from './rule.ts';

export const matricesAreSound: Rule = {
  code: 'bad-matrix',
  severity: 'error',
  title: 'a matrix that cannot be what is meant',
  explanation:
    'Each table in `exclude` names axes of the matrix, with values that leave combinations out. A matrix has 10,000 combinations at most, and at least one. Values stand as they are: what is known only in the run is an expression for the whole axis, such as `node = "fromJSON(params.versions)"`.',
  bad: `id = "example"

[steps.test]
foreach = { matrix = { os = ["linux", "macos"] }, exclude = [{ version = 20 }] }
run = "echo \${{ matrix.os }}"
`,
  good: `id = "example"

[steps.test]
foreach = { matrix = { os = ["linux", "macos"], version = [20, 22] }, exclude = [{ os = "macos", version = 20 }] }
run = "echo \${{ matrix.os }} \${{ matrix.version }}"
`,
  check({ steps }, report) {
    for (const { step, path } of steps) {
      const matrix = step.foreach?.matrix ?? null;
      if (matrix === null || report.isFull()) continue;
      const at = [...path, 'foreach'];
      if (!reportTexts(matrix, at, report)) reportExpansion(matrix, at, report);
    }
  },
};

/** Reports text that looks as if it were evaluated. */
function reportTexts({ axes, exclude, include }: Matrix, at: Path, report: Report): boolean {
  let isFound = false;
  const look = (values: Matrix['include'], path: Path): void => {
    if (typeof values === 'string') return;
    for (const [index, value] of values.entries()) {
      if (!holdsTemplate(value)) continue;
      isFound = true;
      report.at([...path, index], 'value', 'a value of a matrix is not evaluated', {
        help: 'write an expression instead of the list, such as `"fromJSON(params.versions)"`',
      });
    }
  };
  for (const { name, values } of axes) look(values, [...at, 'matrix', name]);
  look(exclude, [...at, 'exclude']);
  look(include, [...at, 'include']);
  return isFound;
}

function reportExpansion({ axes, exclude, include }: Matrix, at: Path, report: Report): void {
  // What an expression gives is seen in the run; one value stands for it.
  const known = axes.map(({ name, values }) => ({ name, values: typeof values === 'string' ? [null] : values }));
  const isKnown =
    axes.every(({ values }) => typeof values !== 'string') && typeof exclude !== 'string' && typeof include !== 'string';
  const tables = (list: Matrix['include']): readonly Json[] => (typeof list === 'string' ? [] : list);
  const expansion = expandMatrix({ axes: known, exclude: tables(exclude), include: tables(include) });
  if (!expansion.ok) {
    const path = expansion.of === null ? [...at, 'matrix'] : [...at, expansion.of, expansion.index];
    report.at(path, expansion.of === null ? 'key' : 'value', expansion.message, { help: HELP[expansion.of ?? 'matrix'] });
  } else if (isKnown && expansion.items.length === 0) {
    report.at([...at, 'exclude'], 'key', '`exclude` leaves nothing of the matrix', { help: 'leave out fewer combinations' });
  }
}

const HELP = {
  matrix: 'take values out of its axes, or split the work into several steps',
  exclude: 'name axes of the matrix and the values to leave out',
  include: 'name values to add',
};

function holdsTemplate(value: Json): boolean {
  if (typeof value === 'string') return value.includes('${{');
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsTemplate);
}
