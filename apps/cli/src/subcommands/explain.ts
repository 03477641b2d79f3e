// `workflow explain RUN|CODE|KEY`: prints the page of a diagnostic or of a key of the file format. What is `@` or begins with a digit
// is a run, as all ids of runs do and no code and no key does.
// Not here: the pages (core), runs and their steps (explain-run.ts).

import { describeKey, explainRule, keyPlaces, rules, suggest, type KeyDescription, type RulePage } from '@workflow-platform/core';
import { UserError } from '@workflow-platform/events';
import type { ExplainFlags } from '../arguments/explain.ts';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { harmless } from '../print/harmless.ts';
import type { Style } from '../print/style.ts';
import { renderTable } from '../print/table.ts';
import { wrapWords } from '../print/wrap.ts';

/** Prints a page, the list of all of them, or what is known of a run. */
export async function explain(context: CliContext, flags: ExplainFlags, topic?: string, step?: string): Promise<void> {
  if (topic !== undefined && (step !== undefined || isRun(topic))) {
    const { explainRun } = await import('./explain-run.ts');
    return explainRun(context, flags, topic, step);
  }
  if (flags.json) context.out.write(`${JSON.stringify(pageOf(topic), null, 2)}\n`);
  else printPage(context, topic);
}

function isRun(topic: string): boolean {
  return topic === '@' || /^\d/.test(topic);
}

function pageOf(topic: string | undefined): object {
  if (topic === undefined) return { codes: rules.map(({ code, title }) => ({ code, title })), keys: keyPlaces() };
  const page = explainRule(topic) ?? describeKey(topic.split('.'));
  if (page === null) throw unknownTopic(topic);
  return page;
}

function printPage(context: CliContext, topic: string | undefined): void {
  const { style } = context.out;
  const columns = Math.min(context.out.columns(), 100);
  if (topic === undefined) {
    context.out.write(renderLists(style, columns));
    return;
  }
  const rule = explainRule(topic);
  const key = rule === null ? describeKey(topic.split('.')) : null;
  if (rule !== null) context.out.write(renderRule(rule, style, columns));
  else if (key !== null) context.out.write(renderKey(key, style, columns));
  else throw unknownTopic(topic);
}

function unknownTopic(topic: string): UserError {
  const codes = rules.map((rule) => rule.code);
  const keys = keyPlaces();
  // `steps.build.timout`: the last part is compared with the keys at that place.
  const parts = topic.split('.');
  const beside = describeKey(parts.slice(0, -1))?.keys.map(({ key }) => [...parts.slice(0, -1), key].join('.')) ?? [];
  const near = suggest(topic, [...codes, ...beside, ...keys, ...keys.map((place) => place.split('.').at(-1)!)]);
  return new UserError('topic-not-found', `\`${harmless(topic)}\` is neither a diagnostic code nor a key of the file`, {
    hint: near === null ? 'see all of them with `workflow explain`' : `did you mean \`${near}\`?`,
    exitCode: exitCodes.notFound,
  });
}

function renderRule(rule: RulePage, style: Style, columns: number): string {
  const color = rule.severity === 'error' ? style.red : style.yellow;
  return [
    `${style.bold(color(`${rule.severity}[${rule.code}]`))}: ${style.bold(rule.title)}`,
    '',
    ...wrapWords(rule.explanation, columns),
    '',
    style.bold('Wrong:'),
    ...example(rule.bad, style.red('|')),
    '',
    style.bold('Right:'),
    ...example(rule.good, style.green('|')),
    '',
  ].join('\n');
}

const EXAMPLE_LINES_MAX = 40;

function example(text: string, bar: string): string[] {
  const lines = text.trimEnd().split('\n');
  const shown = lines.slice(0, EXAMPLE_LINES_MAX).map((line) => `  ${bar} ${line}`.trimEnd());
  return lines.length > shown.length ? [...shown, `  ${bar} …`] : shown;
}

function renderKey(key: KeyDescription, style: Style, columns: number): string {
  const facts: (readonly [string, string])[] = [['type', key.type]];
  if (key.rule !== null) facts.push(['form', key.rule]);
  if (key.values !== null) facts.push(['one of', key.values.join(', ')]);
  facts.push(['required', key.required ? 'yes' : 'no']);
  if (key.default !== undefined && key.default !== null) facts.push(['default', JSON.stringify(key.default)]);
  const lines = [style.bold(key.place), '', ...wrapWords(key.doc, columns), ''];
  for (const [name, value] of facts) lines.push(`  ${style.dim(name.padEnd(8))}  ${value}`);
  if (key.notAvailable !== null) lines.push('', style.yellow(`Not available in this release: ${key.notAvailable}`));
  if (key.example !== '') lines.push('', style.bold('Example:'), ...example(key.example, style.green('|')));
  if (key.keys.length > 0) {
    const rows = key.keys.map(({ key: name, doc, required, isAvailable }) => [
      { text: name, style: style.bold },
      { text: isAvailable ? (required ? 'required' : '') : 'not yet', style: style.dim },
      { text: doc },
    ]);
    lines.push('', style.bold('Keys inside:'), ...renderTable(rows, { columns, style }).map((line) => `  ${line}`));
  }
  return `${lines.join('\n')}\n`;
}

function renderLists(style: Style, columns: number): string {
  const codes = rules.map(({ code, title }) => [{ text: code, style: style.bold }, { text: title }]);
  return [
    style.bold('Diagnostic codes'),
    ...renderTable(codes, { columns, style }),
    '',
    style.bold('Keys of the file'),
    ...wrapWords(keyPlaces().join('  '), columns),
    '',
    'More: workflow explain CODE, workflow explain KEY; of a run: workflow explain RUN, workflow explain RUN STEP',
    '',
  ].join('\n');
}
