// The keys of a step.
// Not here: the keys it shares with actions (body-shape.ts).

import { bodyKeys } from './body-shape.ts';
import {
  boolean,
  choice,
  defaulted,
  duration,
  either,
  expression,
  integer,
  json,
  list,
  map,
  optional,
  required,
  size,
  table,
  text,
} from './define.ts';
import { actionReference, computedNumber, inputName, insidePath, stepId, variableName } from './formats.ts';
import type { Entries, Key, Read, Shape } from './shape.ts';

/** Evaluated in the run, or written out. */
const matrixTables = (itemName: string) =>
  either(
    expression(),
    list(map({ placeholder: '<name>', nameFormat: variableName, values: () => json(), mayBeEmpty: false }), { itemName }),
  );

const foreachShape = table({
  name: 'foreach',
  mainKey: 'in',
  title: 'a foreach',
  keys: {
    in: optional(expression(), {
      doc: 'An expression that gives the list.',
      example: '"fromJSON(steps.list.outputs.files)"',
    }),
    matrix: optional(
      map({
        placeholder: '<axis>',
        nameFormat: variableName,
        values: () => either(expression(), list(json(), { itemName: 'a value', mayBeEmpty: false })),
        mayBeEmpty: false,
      }),
      {
        doc: 'Instead of `in`: lists whose combinations are the items, each a list or an expression that gives one. `matrix.NAME` is the value of an axis in the item.',
        example: '{ os = ["linux", "macos"], node = "fromJSON(params.versions)" }',
      },
    ),
    exclude: defaulted(matrixTables('a table of values'), [], {
      doc: 'Combinations of the matrix to leave out: those that agree with all that one of these tables says.',
      example: '[{ os = "macos", node = 20 }]',
      beside: ['matrix'],
    }),
    include: defaulted(matrixTables('a table of values'), [], {
      doc: 'Tables to add to the combinations that they agree with; one that agrees with none is a combination of its own.',
      example: '[{ os = "linux", node = 24, experimental = true }]',
      beside: ['matrix'],
    }),
    as: optional(text({ format: variableName }), {
      doc: 'A name for the item in expressions, `matrix` for those of a matrix; `item` always works too.',
      example: '"file"',
    }),
    key: optional(expression(), {
      doc: 'An expression over the item that names it for good, in logs and when a run is resumed. Without it: the item itself, or its place in the list (from 0) when it is a table or a list; in a matrix the values of the axes with commas between.',
      example: '"file.name"',
    }),
    max_parallel: optional(integer(1, 10_000), {
      doc: 'How many items are worked on at once, within the limit of the run.',
      example: '8',
    }),
    fail_fast: defaulted(boolean(), false, {
      doc: 'Whether one failed item ends the others: no more are started and running ones are stopped.',
      example: 'true',
    }),
  },
});

const progressShape = table({
  name: 'progress',
  mainKey: 'of',
  title: 'the progress of a repeat',
  keys: {
    of: required(expression(), {
      doc: 'An expression, evaluated after each turn: what is to change from turn to turn.',
      example: '"steps.test.outputs.failures"',
    }),
    within: defaulted(integer(1, 1_000_000), 3, {
      doc: 'After so many turns in a row that left it as it was, the loop fails.',
      example: '5',
    }),
  },
});

const repeatShape = table({
  name: 'repeat',
  mainKey: 'max',
  title: 'a repeat',
  keys: {
    until: optional(expression(), {
      doc: 'An expression; after a turn in which it is true the loop ends.',
      example: '"steps.fix.outputs.open == \'0\'"',
    }),
    while: optional(expression(), {
      doc: 'An expression; after a turn in which it is false the loop ends.',
      example: '"steps.fix.outputs.open != \'0\'"',
    }),
    max: defaulted(either(integer(0, 1_000_000), text({ format: computedNumber, content: 'template' })), 0, {
      doc: 'How many turns there may be; 0 for no limit. A number, or text with `${{ }}` that gives one.',
      example: '10',
    }),
    delay: defaulted(
      duration(0),
      0,
      {
        doc: 'The pause between two turns.',
        example: '"5s"',
      },
      '0s',
    ),
    progress: optional(progressShape, {
      doc: 'An end for a loop that gets nowhere: what has to change, and within how many turns.',
      example: '{ of = "steps.test.outputs.failures" }',
    }),
  },
});

const resourcesShape = table({
  name: 'resources',
  title: 'the resources of a step',
  keys: {
    cpu: optional(integer(1, 4096), { doc: 'Processor cores the step keeps busy.', example: '1' }),
    memory: optional(size(), { doc: 'Memory the step needs.', example: '"2GiB"' }),
    tokens: optional(map({ placeholder: '<name>', nameFormat: variableName, values: () => integer(1, 10_000) }), {
      doc: 'Named tokens the step holds while it runs.',
      example: '{ claude = 1 }',
    }),
  },
});

/** Keys of a step but for `steps`. */
const ownKeys = {
  name: optional(text(), {
    doc: 'What the step is called on screens.',
    example: '"Build the project"',
  }),
  needs: optional(list(text({ format: stepId }), { itemName: 'a step id' }), {
    doc: 'Steps of the same level that must be done before this one starts.',
    example: '["build"]',
  }),
  when: optional(expression(), {
    doc: 'An expression; the step is skipped unless it is true. Without a status function such as `always()` it also asks for success of all the step needs.',
    example: '"params.depth == \'deep\'"',
  }),
  ...bodyKeys,
  uses: optional(text({ format: actionReference }), {
    doc: 'An action instead of a script: one of this file, a built-in one, `plugin:NAME/ACTION`, another workflow (`workflow:ID`, `./other.toml`).',
    example: '"git/diff-summary"',
  }),
  inputs: optional(map({ placeholder: '<name>', nameFormat: inputName, values: () => json() }), {
    doc: 'Values for the inputs of what `uses` names.',
    example: '{ prompt = "Review ${{ params.change }}" }',
    beside: ['uses'],
  }),
  on_failure: defaulted(choice(['fail-fast', 'continue']), 'fail-fast', {
    doc: 'What a failure of the step means for the run: `fail-fast` starts nothing more, `continue` goes on as if it had succeeded.',
    example: '"continue"',
  }),
  workspace: defaulted(text({ format: insidePath, content: 'template' }), 'inherit', {
    doc: "Where the step works: in the run's workspace (`inherit`), in a fresh one of its own (`ephemeral`), or in a folder inside the run's workspace.",
    example: '"ephemeral"',
    beside: ['run', 'argv', 'uses'],
  }),
  foreach: optional(foreachShape, {
    doc: 'Carries the step out once for each item of a list, or for each combination of several.',
    example: '{ in = "fromJSON(steps.list.outputs.files)", as = "file" }',
  }),
  repeat: optional(repeatShape, {
    doc: 'Carries the steps of a group out again and again; `iteration` counts the turns from 1.',
    example: '{ until = "steps.fix.outputs.open == \'0\'", max = 10 }',
    beside: ['steps'],
  }),
  break_when: optional(expression(), {
    doc: 'An expression, asked after the step; when it is true the turn ends here, and the loop around it with it.',
    example: '"!exists(\'next-issue.md\')"',
  }),
  interactive: defaulted(boolean(), false, {
    doc: 'Gives the step a terminal of its own, which anybody can join with `workflow attach` and leave again.',
    example: 'true',
    beside: ['run', 'argv', 'uses'],
  }),
  resources: optional(resourcesShape, {
    doc: 'What the step needs while it runs.',
    example: '{ cpu = 1, memory = "2GiB" }',
    notAvailable: 'limit the number of steps at once with `max_parallel`',
  }),
  sandbox: optional(json(), {
    doc: 'What the step may read, write and reach.',
    example: '{ network = false }',
    notAvailable: 'call a sandbox of your own in the command, such as `bwrap` or `podman run`',
  }),
};

/** A step as read. */
export interface ReadStep extends Read<typeof ownKeys> {
  readonly steps: Entries<ReadStep> | null;
}

const stepKeys: typeof ownKeys & { steps: Key<Entries<ReadStep> | null> } = {
  ...ownKeys,
  steps: optional(map({ placeholder: '<id>', nameFormat: stepId, values: (): Shape<ReadStep> => stepShape, mayBeEmpty: false }), {
    doc: 'Makes the step a group: steps of its own, which need and see each other.',
    example: '{ lint = { run = "make lint" }, unit = { run = "make test" } }',
  }),
};

/** `[steps.ID]` */
export const stepShape: Shape<ReadStep> = table({
  name: 'step',
  mainKey: 'run',
  title: 'a step',
  keys: stepKeys,
  body: ['run', 'argv', 'uses', 'steps'],
});

/** `[steps]` */
export const stepsShape = map({
  placeholder: '<id>',
  nameFormat: stepId,
  values: (): Shape<ReadStep> => stepShape,
  mayBeEmpty: false,
});
