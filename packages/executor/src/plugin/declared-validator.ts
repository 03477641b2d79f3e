// Rules for workflow files that a manifest declares: which texts must be there, must match, or must not occur.
// Not here: when they run (the validator of core).

import { compilePattern } from '@workflow-platform/core';
import type { CustomValidator, StepModel, WorkflowModel } from '@workflow-platform/core';
import type { Fields } from './fields.ts';

type Path = readonly (string | number)[];
type Finding = ReturnType<CustomValidator['check']>[number];

/** One place that a rule looks at: its texts, or null when nothing is written there. */
interface Subject {
  readonly texts: readonly string[] | null;
  /** Of the key when it is written, else of the table it would stand in. */
  readonly path: Path;
}

/** Reads `[validators.NAME]` of a manifest; null when it has mistakes, which are reported. */
export function readDeclaredValidator(name: string, fields: Fields): CustomValidator | null {
  const of = fields.choice('of', ['workflow', 'step', 'parameter', 'artifact']) ?? 'step';
  const key = fields.text('key', { required: true });
  const message = fields.text('message', { required: true });
  const help = fields.text('help');
  const severity = fields.choice('severity', ['error', 'warning']) ?? 'error';
  const isRequired = fields.flag('required');
  const pattern = readPattern(fields, 'pattern');
  const forbid = readPattern(fields, 'forbid');
  fields.end();
  if (key === null || message === null) return null;
  const known = keysOf[of];
  if (!known.includes(key)) {
    fields.wrong('key', `is no key that a rule for a ${of} can look at`, `one of ${known.join(', ')}`);
    return null;
  }
  if (!isRequired && pattern === null && forbid === null) {
    fields.wrong('key', 'comes with no rule', 'add `required = true`, `pattern` or `forbid`');
    return null;
  }
  return {
    name,
    check: (model) =>
      subjectsOf(of, key, model).flatMap(({ texts, path }): Finding[] => {
        const finding = (code: string): Finding => ({ code, message, help, path, severity });
        if (texts === null) return isRequired ? [finding('required')] : [];
        if (pattern !== null && texts.some((text) => !pattern.matchesAll(text))) return [finding('pattern')];
        return forbid !== null && texts.some((text) => forbid.firstMatch(text) !== null) ? [finding('forbid')] : [];
      }),
  };
}

function readPattern(fields: Fields, key: string) {
  const source = fields.text(key);
  if (source === null) return null;
  const compiled = compilePattern(source);
  if (compiled.ok) return compiled.pattern;
  fields.wrong(key, `is no RE2 pattern: ${compiled.problem.message}`, compiled.problem.help ?? undefined);
  return null;
}

const keysOf = {
  workflow: ['id', 'version', 'name', 'description', 'tags', 'license', 'homepage'],
  step: ['name', 'run', 'shell', 'argv', 'uses', 'when', 'workspace', 'env', 'timeout', 'idle_timeout'],
  parameter: ['type', 'description', 'default', 'pattern', 'env'],
  artifact: ['path', 'retention'],
} as const satisfies { readonly [of: string]: readonly string[] } as {
  readonly [of in 'workflow' | 'step' | 'parameter' | 'artifact']: readonly string[];
};

function subjectsOf(of: keyof typeof keysOf, key: string, model: WorkflowModel): readonly Subject[] {
  switch (of) {
    case 'workflow':
      return [subject(model[key as 'id'], [], key)];
    case 'step':
      return allSteps(model.steps)
        .filter((step) => step.steps === null || key === 'name' || key === 'when')
        .map((step) => subject(stepValue(step, key), step.path, key));
    case 'parameter':
      return model.parameters.map((parameter) => subject(parameter[key as 'type'], ['parameters', parameter.name], key));
    case 'artifact':
      return model.artifacts.map((artifact) => {
        return subject(key === 'path' ? artifact.path : artifact.retentionMs, ['artifacts', artifact.name], key);
      });
  }
}

function allSteps(steps: readonly StepModel[]): readonly StepModel[] {
  return steps.flatMap((step) => [step, ...allSteps(step.steps ?? [])]);
}

function stepValue(step: StepModel, key: string): unknown {
  if (key === 'timeout') return step.timeoutMs;
  if (key === 'idle_timeout') return step.idleTimeoutMs;
  if (key === 'env') return Object.keys(step.env);
  return step[key as 'run'];
}

function subject(value: unknown, path: Path, key: string): Subject {
  if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) return { texts: null, path };
  const texts = (Array.isArray(value) ? value : [value]).map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
  return { texts, path: [...path, key] };
}
