// The keys that say what runs and how: shared by steps and actions.
// Not here: when and how often a step runs (step-shape.ts).

import {
  boolean,
  choice,
  defaulted,
  duration,
  either,
  integer,
  list,
  map,
  optional,
  prose,
  required,
  table,
  text,
} from './define.ts';
import { envName, insideGlob, insidePath, outputName, regularExpression, variableName } from './formats.ts';

/** Bodies that start a process. */
const PROCESS = ['run', 'argv', 'uses'];

/** `env`, of the run, a step or an action. */
export const envShape = map({
  placeholder: '<NAME>',
  nameFormat: envName,
  values: () => text({ content: 'template', mayBeEmpty: true }),
});

const retryShape = table({
  name: 'retry',
  mainKey: 'max',
  title: 'a retry policy',
  keys: {
    max: required(integer(0, 1000), {
      doc: 'How many attempts may follow the first.',
      example: '3',
    }),
    backoff: defaulted(choice(['constant', 'linear', 'exponential']), 'exponential', {
      doc: 'How the pause grows from attempt to attempt.',
      example: '"linear"',
    }),
    initial: defaulted(
      duration(0),
      1000,
      {
        doc: 'The pause before the second attempt.',
        example: '"5s"',
      },
      '1s',
    ),
    max_delay: defaulted(
      duration(0),
      60_000,
      {
        doc: 'No pause is longer than this.',
        example: '"10m"',
      },
      '1m',
    ),
    jitter: defaulted(boolean(), true, {
      doc: 'Whether each pause varies by chance, so that steps that failed together do not come back together.',
      example: 'false',
    }),
    on_exit: optional(list(integer(1, 255), { itemName: 'an exit code', mayBeEmpty: false, distinct: true }), {
      doc: 'Only these exit codes are tried again. Without it any failure is.',
      example: '[75]',
    }),
  },
});

const quotaShape = table({
  name: 'quota',
  mainKey: 'token',
  title: 'a quota',
  keys: {
    token: required(text({ format: variableName }), {
      doc: 'What the quota is of. While it is used up, no step with the same token begins.',
      example: '"claude"',
    }),
    on_exit: optional(list(integer(1, 255), { itemName: 'an exit code', mayBeEmpty: false, distinct: true }), {
      doc: 'Exit codes that say that the quota is used up.',
      example: '[75]',
    }),
    pattern: optional(prose(regularExpression), {
      doc: 'A regular expression (RE2 syntax). An attempt that failed and matches it at the end of its output has used up the quota; the group named `reset` is when there is more: a time, a duration or seconds since 1970.',
      example: "'limit reached.*resets (?P<reset>.+)'",
    }),
    wait: defaulted(
      duration(),
      15 * 60_000,
      {
        doc: 'The first pause when no time is told. Each that follows is twice as long.',
        example: '"1h"',
      },
      '15m',
    ),
    max_wait: defaulted(
      duration(),
      24 * 3_600_000,
      {
        doc: 'The longest that a step waits for quota; then it fails.',
        example: '"3d"',
      },
      '1d',
    ),
  },
});

const outputShape = table({
  name: 'output',
  mainKey: 'value',
  title: 'an output',
  keys: {
    from: optional(choice(['file', 'stdout', 'value']), {
      doc: 'Where the value comes from: the file that `$WORKFLOW_OUTPUT` names, what the step writes to stdout, or the text in `value`. Without it: `value` or `stdout` when there is a `value` or a `pattern`, else `file`.',
      example: '"stdout"',
    }),
    pattern: optional(prose(regularExpression), {
      doc: 'A regular expression (RE2 syntax): the value is its first group in the first match, or the whole match. Without it the value is all of stdout.',
      example: "'open: (\\d+)'",
      onlyWhen: { key: 'from', values: ['stdout'], isImplied: true },
    }),
    value: optional(text({ content: 'template', mayBeEmpty: true }), {
      doc: 'The value, made from others: for groups and actions.',
      example: '"${{ steps.fix.outputs.open }}"',
      onlyWhen: { key: 'from', values: ['value'], isRequired: true, isImplied: true },
    }),
    required: defaulted(boolean(), false, {
      doc: 'Whether the step fails when it ends without this output.',
      example: 'true',
    }),
    description: optional(prose(), {
      doc: 'What the value means.',
      example: '"Number of open remarks"',
    }),
  },
});

const stdinTemplateShape = table({
  name: 'stdin',
  title: 'a template',
  keys: {
    template: required(text({ format: insidePath }), {
      doc: 'A text file beside the workflow file; its `${{ }}` are filled in.',
      example: '"prompts/fix.md"',
    }),
  },
});

const cacheShape = table({
  name: 'cache',
  mainKey: 'inputs',
  title: 'a cache',
  keys: {
    inputs: required(list(text({ format: insideGlob }), { itemName: 'a glob', mayBeEmpty: false, distinct: true }), {
      doc: 'Globs, from the root of the workspace, of the files that the result depends on. What `outputs` match does not count.',
      example: '["src/**", "package.json"]',
    }),
    outputs: defaulted(list(text({ format: insideGlob }), { itemName: 'a glob', distinct: true }), [], {
      doc: 'Globs, from the root of the workspace, of the files that the step makes. Without it: none, the result is that it succeeded, and its `outputs`.',
      example: '["dist/**"]',
    }),
  },
});

/** Keys of a step and of an action. */
export const bodyKeys = {
  run: optional(text({ content: 'template' }), {
    doc: 'A script. Each `${{ }}` in it reaches the script as the value of an environment variable, never as script text.',
    example: '"cargo build --features ${{ params.features }}"',
  }),
  shell: optional(text(), {
    doc: 'What interprets the script of `run`: `sh` (the default), `bash`, `python3`, `node` and others.',
    example: '"python3"',
    beside: ['run'],
  }),
  argv: optional(list(text({ content: 'template', mayBeEmpty: true }), { itemName: 'an argument', mayBeEmpty: false }), {
    doc: 'A program and its arguments, without a shell between. Each element stays one argument, whatever its value.',
    example: '["codex", "exec", "--json", "${{ inputs.prompt }}"]',
  }),
  env: optional(envShape, {
    doc: 'Environment variables, added to those of the workflow.',
    example: '{ RUST_LOG = "info" }',
  }),
  stdin: optional(either(text({ content: 'template', mayBeEmpty: true }), stdinTemplateShape), {
    doc: 'What the process reads from its standard input: text, or a template file. With `uses = "agent/run"` it is the prompt.',
    example: '{ template = "prompts/fix.md" }',
    beside: ['run', 'argv', 'uses'],
  }),
  timeout: optional(duration(), {
    doc: 'The longest that one attempt may take.',
    example: '"10m"',
    beside: PROCESS,
  }),
  idle_timeout: optional(duration(), {
    doc: 'The longest that an attempt may go without writing any output.',
    example: '"2m"',
    beside: PROCESS,
  }),
  retry: optional(retryShape, {
    doc: 'What happens after an attempt failed: how many more are made, and when.',
    example: '{ max = 3, backoff = "exponential", initial = "1s", max_delay = "1m" }',
    beside: PROCESS,
  }),
  quota: optional(quotaShape, {
    doc: 'How it is told that an attempt was turned away for a quota that is used up. The step then waits until there is more, and no retry is used up.',
    example: '{ token = "claude", pattern = \'limit reached.*resets (?P<reset>.+)\' }',
    beside: PROCESS,
  }),
  cache: optional(cacheShape, {
    doc: 'Takes the result of an earlier run while the command, its declared environment and its input files are the same.',
    example: '{ inputs = ["src/**", "package.json"], outputs = ["dist/**"] }',
    beside: PROCESS,
  }),
  outputs: optional(map({ placeholder: '<name>', nameFormat: outputName, values: () => outputShape }), {
    doc: 'Values the step leaves for later ones, read as `steps.ID.outputs.NAME`. A step that declares none may leave any; one that declares some, only those.',
    example: '{ open = { from = "stdout", pattern = \'open: (\\d+)\' } }',
  }),
};
