// A plan for people: its values and where they came from, the steps in the levels in which they can start.
// Not here: the plan as data (`plan --json`).

import {
  describeOrigin,
  originOf,
  planLevels,
  type LayeredDocument,
  type Path,
  type Plan,
  type PlanStep,
  type TomlValue,
} from '@workflow-platform/core';
import { isTomlTable } from '@workflow-platform/core';
import type { PreparedPlan } from '../prepare-plan.ts';
import { formatCount, formatLimit } from './format.ts';
import { harmless } from './harmless.ts';
import type { Style } from './style.ts';
import { cutTo } from './width.ts';

interface Look {
  readonly style: Style;
  readonly columns: number;
}

/** Renders the plan, ending in a newline. */
export function renderPlan(prepared: PreparedPlan, look: Look): string {
  const { plan, loaded } = prepared;
  const { style } = look;
  const { workflow } = plan;
  const title = `${style.bold(harmless(workflow.id))}${workflow.version === null ? '' : ` ${workflow.version}`}`;
  const name = workflow.name === null ? '' : `  ${harmless(workflow.name)}`;
  const blocks = [
    [title + name, style.dim(`${harmless(loaded.name)}, plan ${plan.digest.slice(0, 12)}`)],
    renderFacts(prepared, look),
    renderSteps(plan.steps, look),
    renderArtifacts(prepared),
  ];
  return blocks
    .filter((block) => block.length > 0)
    .map((block) => block.map((line) => `${line}\n`).join(''))
    .join('\n');
}

function renderFacts({ plan, loaded, parameters }: PreparedPlan, { style, columns }: Look): string[] {
  const lines: string[] = [];
  for (const [name, value] of Object.entries(plan.parameters)) {
    const shown = plan.secrets.includes(name) ? '(secret)' : JSON.stringify(value);
    const origin = parameters.origins[name];
    const from = origin === undefined ? 'no value' : describeOrigin(origin);
    lines.push(`parameter ${style.bold(harmless(name))} = ${cutTo(harmless(shown), columns - 40)}  ${style.dim(harmless(from))}`);
  }
  for (const { path, value, origin } of overridden(loaded.document)) {
    lines.push(
      `override ${style.bold(harmless(path))} = ${cutTo(harmless(value), columns - 40)}  ${style.dim(harmless(origin))}`,
    );
  }
  const { provider, base, keep } = plan.workspace;
  const place = provider === 'none' ? 'the checkout itself' : `a workspace of its own (${provider})`;
  lines.push(
    `runs in ${place}${base === null ? '' : `, from ${harmless(base)}`}${provider === 'none' ? '' : `, ${keepText[keep]}`}`,
  );
  lines.push(...readinessLines(plan.workspace, columns));
  lines.push(`${formatCount(plan.maxParallel, 'step')} at once`);
  const needed = [...plan.requirements.commands, ...plan.requirements.python].map(({ name, operator, version }) =>
    operator === null ? name : `${name} ${operator} ${version}`,
  );
  if (needed.length > 0) lines.push(`needs ${harmless(needed.join(', '))}`);
  return lines;
}

/** What is done to a new workspace before the first step. */
function readinessLines({ provider, setup, setupKey, direnv }: Plan['workspace'], columns: number): string[] {
  const lines: string[] = [];
  if (setup !== null && provider !== 'none') {
    const [first = '', ...others] = setup.script.trim().split('\n');
    const again = setupKey.length === 0 ? '' : `; made anew when ${harmless(setupKey.join(', '))} changes`;
    lines.push(`set up by ${cutTo(harmless(first), columns - 40)}${others.length === 0 ? '' : ' …'}${again}`);
  }
  if (direnv === 'require') lines.push('its .envrc must be allowed');
  if (direnv === 'off') lines.push('its .envrc is not loaded');
  return lines;
}

const keepText = { always: 'kept', 'on-failure': 'kept when it fails', never: 'removed afterwards' } as const;

/** Every value that an overlay wrote, with its place and origin. */
function overridden(document: LayeredDocument): { path: string; value: string; origin: string }[] {
  const found: { path: string; value: string; origin: string }[] = [];
  const visit = (value: TomlValue, path: Path) => {
    if (isTomlTable(value)) {
      for (const [key, inner] of Object.entries(value)) visit(inner, [...path, key]);
      return;
    }
    const origin = originOf(document, path);
    if (origin === null || origin.kind === 'file') return;
    found.push({ path: path.join('.'), value: textOf(document, path), origin: describeOrigin(origin) });
  };
  if (document.layers.length > 1) visit(document.root, []);
  return found;
}

function textOf(document: LayeredDocument, path: Path): string {
  const value = document.valueAt(path);
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? Number(inner) : inner));
}

function renderSteps(steps: readonly PlanStep[], look: Look, indent = ''): string[] {
  const levels = planLevels(steps);
  const count = Math.max(0, ...levels.map(({ level }) => level + 1));
  const lines: string[] = [];
  for (let level = 0; level < count; level += 1) {
    const here = levels.filter((entry) => entry.level === level);
    if (indent === '') lines.push(look.style.dim(level === 0 ? 'first' : 'then'));
    for (const { step } of here) lines.push(...renderStep(step, look, `${indent}  `));
  }
  return lines;
}

function renderStep(step: PlanStep, look: Look, indent: string): string[] {
  const { style, columns } = look;
  const what = [`${indent}${style.bold(harmless(step.id))}`, style.dim(harmless(kindOf(step)))];
  if (step.needs.length > 0) what.push(style.dim(`after ${step.needs.map(harmless).join(', ')}`));
  const lines = [what.join('  ')];
  for (const detail of detailsOf(step)) lines.push(style.dim(cutTo(`${indent}    ${harmless(detail)}`, columns)));
  if (step.kind === 'group') lines.push(...renderSteps(step.steps, look, `${indent}  `));
  return lines;
}

function kindOf(step: PlanStep): string {
  if (step.kind === 'group') return step.repeat === null ? 'group' : 'loop';
  if (step.kind === 'wait') return `waits for a person (${step.action})`;
  switch (step.action.kind) {
    case 'script':
      return step.action.shell === 'sh' ? 'script' : `script for ${step.action.shell}`;
    case 'argv':
      return 'command';
    case 'builtin':
      return step.action.action;
    case 'plugin':
      return `plugin:${step.action.plugin}/${step.action.action}`;
    default:
      return step.action satisfies never;
  }
}

function detailsOf(step: PlanStep): string[] {
  const details: string[] = [];
  if (step.when !== null) details.push(`when ${step.when}`);
  if (step.foreach !== null) {
    const atOnce = step.foreach.maxParallel === null ? '' : `, ${step.foreach.maxParallel} at once`;
    details.push(`for each ${listText(step.foreach)}${atOnce}`);
  }
  if (step.breakWhen !== null) details.push(`ends the loop when ${step.breakWhen}`);
  if (step.onFailure === 'continue') details.push('may fail');
  if (step.kind === 'group' && step.repeat !== null) {
    const { until, while: goesOn, max } = step.repeat;
    const condition = until === null ? (goesOn === null ? '' : ` while ${goesOn}`) : ` until ${until}`;
    details.push(`repeated${condition}${max === 0 ? '' : `, at most ${formatCount(max, 'turn')}`}`);
  }
  if (step.kind === 'attempt') {
    if (step.retry.max > 0) details.push(`tried again up to ${formatCount(step.retry.max, 'time')}`);
    if (step.timeoutMs !== null) details.push(`at most ${formatLimit(step.timeoutMs)}`);
  }
  return details;
}

/** `of fromJSON(…)`, or `combination of os × node, some left out, some added`. */
function listText({ in: list, matrix }: NonNullable<PlanStep['foreach']>): string {
  if (matrix === undefined) return `of ${list}`;
  const left = matrix.exclude.length === 0 ? '' : ', some left out';
  const added = matrix.include.length === 0 ? '' : ', some added';
  return `combination of ${matrix.axes.map(({ name }) => name).join(' × ')}${left}${added}`;
}

function renderArtifacts({ plan }: PreparedPlan): string[] {
  return plan.artifacts.map(({ name, path, retentionMs }) => {
    const kept = retentionMs === null ? 'for good' : `for ${formatLimit(retentionMs)}`;
    return `keeps ${harmless(path)} as ${harmless(name)}, ${kept}`;
  });
}
