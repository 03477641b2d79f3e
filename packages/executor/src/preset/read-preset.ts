// Reads what a file says of an agent into a preset. All mistakes are reported at once.
// Not here: where files lie (load-presets.ts), what is done with a preset (packages/agent).

import { parsePath } from '@workflow-platform/agent';
import type { AgentPreset, EventRule, PermissionWay } from '@workflow-platform/agent';
import { compilePattern } from '@workflow-platform/core';
import { Fields, isTable } from '../plugin/fields.ts';
import type { Report } from '../plugin/fields.ts';

/** Returns the preset; with mistakes reported it may lack parts. */
export function readPreset(name: string, values: { readonly [key: string]: unknown }, report: Report): AgentPreset {
  const fields = new Fields(values, [], report);
  const description = fields.text('description') ?? '';
  const transport = fields.choice('transport', ['events', 'acp'] as const) ?? 'events';
  const program = fields.text('program', { required: transport === 'events' }) ?? '';
  const install = fields.text('install');
  const args = fields.texts('args') ?? [];
  const env = readEnv(fields);
  const permissions = readPermissions(fields, report);
  const sessionGone = readPattern(fields, 'session_gone');
  const quota = readPattern(fields, 'quota');
  const spoken = transport === 'events' ? readSpoken(fields, args, report) : silent;
  fields.end();
  return { name, description, program, install, transport, args, env, permissions, sessionGone, quota, ...spoken };
}

type Spoken = Pick<AgentPreset, 'resumeArgs' | 'prompt' | 'modelArgs' | 'events'>;

/** The protocol has its own ways. */
const silent: Spoken = { resumeArgs: null, prompt: 'stdin', modelArgs: [], events: [] };

function readSpoken(fields: Fields, args: readonly string[], report: Report): Spoken {
  const resumeArgs = fields.texts('resume_args');
  if (resumeArgs !== null && !resumeArgs.some((one) => one.includes('{session}')))
    fields.wrong('resume_args', 'has no `{session}` in it', 'write where the id of the session goes');
  const prompt = fields.choice('prompt', ['stdin', 'argument'] as const) ?? 'stdin';
  for (const [key, list] of [['args', args] as const, ['resume_args', resumeArgs ?? args] as const]) {
    const hasPlace = list.some((one) => one.includes('{prompt}'));
    if (prompt === 'argument' && !hasPlace) fields.wrong(key, 'has no `{prompt}` in it', 'write where the prompt goes');
    if (prompt === 'stdin' && hasPlace) fields.wrong(key, 'has a `{prompt}` in it', 'write `prompt = "argument"` for that');
  }
  const modelArgs = fields.texts('model_args') ?? [];
  if (modelArgs.length > 0 && !modelArgs.some((one) => one.includes('{model}')))
    fields.wrong('model_args', 'has no `{model}` in it', 'write where the name of the model goes');
  return { resumeArgs, prompt, modelArgs, events: readEvents(fields, report) };
}

function readPattern(fields: Fields, key: string): string | null {
  const source = fields.text(key);
  const compiled = source === null ? null : compilePattern(source);
  if (compiled !== null && !compiled.ok) fields.wrong(key, `is no RE2 pattern: ${compiled.problem.message}`);
  return source;
}

function readEnv(fields: Fields): { readonly [name: string]: string } {
  const value = fields.any('env');
  if (value === undefined) return {};
  if (isTable(value) && Object.values(value).every((one) => typeof one === 'string'))
    return { ...(value as { readonly [name: string]: string }) };
  fields.wrong('env', 'must be a table of texts');
  return {};
}

function readPermissions(fields: Fields, report: Report): AgentPreset['permissions'] {
  const ways: { allow: PermissionWay; deny: PermissionWay } = { allow: noWay, deny: noWay };
  for (const [name, way] of fields.tables('permissions')) {
    if (name !== 'allow' && name !== 'deny') report(way.path, `unknown key \`${way.path.join('.')}\``, 'known keys: allow, deny');
    else ways[name] = { args: way.texts('args') ?? [], env: readEnv(way) };
    way.end();
  }
  return ways;
}

const noWay: PermissionWay = { args: [], env: {} };

function readEvents(fields: Fields, report: Report): readonly EventRule[] {
  const value = fields.any('events');
  if (!Array.isArray(value) || value.length === 0) {
    fields.wrong(
      'events',
      value === undefined ? 'is missing' : 'must be a list of tables',
      'say what the JSON events of the agent mean',
    );
    return [];
  }
  return value.flatMap((one: unknown, index) => {
    const path = ['events', index];
    if (isTable(one)) return [readRule(new Fields(one, path, report))];
    report(path, `\`events.${index}\` must be a table`);
    return [];
  });
}

function readRule(fields: Fields): EventRule {
  const path = (key: string): string | null => checkPath(fields, key, fields.text(key));
  const rule: EventRule = {
    match: readMatch(fields),
    session: path('session'),
    model: path('model'),
    text: path('text'),
    textPart: path('text_part'),
    endsText: fields.flag('ends_text'),
    error: path('error'),
    isDone: fields.flag('done'),
    note: readNote(fields),
    inputTokens: readNumbers(fields, 'input_tokens'),
    cachedTokens: readNumbers(fields, 'cached_tokens'),
    outputTokens: readNumbers(fields, 'output_tokens'),
    costUsd: readNumbers(fields, 'cost_usd'),
    totals: fields.choice('totals', ['turn', 'session'] as const) ?? 'turn',
  };
  fields.end();
  return rule;
}

function readMatch(fields: Fields): EventRule['match'] {
  const value = fields.any('match');
  if (!isTable(value) || Object.keys(value).length === 0) {
    fields.wrong('match', value === undefined ? 'is missing' : 'must be a table', 'such as `match = { type = "result" }`');
    return {};
  }
  const match: { [path: string]: string | number | boolean } = {};
  for (const [path, wanted] of Object.entries(value)) {
    checkPath(fields, 'match', path);
    if (typeof wanted === 'bigint') match[path] = Number(wanted);
    else if (typeof wanted === 'string' || typeof wanted === 'number' || typeof wanted === 'boolean') match[path] = wanted;
    else fields.wrong('match', `has a value at \`${path}\` that is no text, number or boolean`);
  }
  return match;
}

function readNote(fields: Fields): string | null {
  const note = fields.text('note');
  for (const [, path = ''] of (note ?? '').matchAll(/\{([^{}]*)\}/g)) checkPath(fields, 'note', path);
  return note;
}

/** One path, or several whose numbers are added up. */
function readNumbers(fields: Fields, key: string): readonly string[] {
  const value = fields.any(key);
  if (value === undefined) return [];
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (!list.every((one) => typeof one === 'string')) {
    fields.wrong(key, 'must be a path, or a list of paths');
    return [];
  }
  for (const path of list) checkPath(fields, key, path);
  return list;
}

function checkPath(fields: Fields, key: string, path: string | null): string | null {
  if (path !== null && parsePath(path) === null)
    fields.wrong(
      key,
      `has the path \`${path}\`, which is none`,
      'such as `item.text`, `content[0].text`, `content[type=text].text`',
    );
  return path;
}
