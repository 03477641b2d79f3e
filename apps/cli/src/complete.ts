// `workflow __complete WORD…`: proposes what can come next, one proposal a line: text, a tab, what it is. The last word is the
// one being typed. A line `:files` asks the shell for file names as well. Never prints an error: a shell would show it in the
// middle of a line.
// Not here: the scripts of the shells (subcommands/completion.ts), the table (completion-table.ts).

import { completionGroups, completionTable, flagAliases, type CompletionEntry, type ValueKind } from './completion-table.ts';

/** One proposal. */
export interface Proposal {
  readonly text: string;
  readonly what: string;
}

/** What is proposed for the last of these words. */
export interface Completion {
  readonly proposals: readonly Proposal[];
  readonly files: boolean;
}

/** Looks values up that are not in the table. */
export interface ValueSource {
  propose(kind: ValueKind, words: readonly string[]): Promise<readonly Proposal[]>;
}

/** Answers a shell. */
export async function complete(words: readonly string[], host: NodeJS.Process): Promise<void> {
  try {
    const { createValueSource } = await import('./completion-values.ts');
    const { proposals, files } = await completionsFor(words, createValueSource(host));
    const lines = proposals.map(({ text, what }) => (what === '' ? text : `${text}\t${what.replaceAll(/\s+/g, ' ')}`));
    host.stdout.write([...lines, ...(files ? [':files'] : [])].map((line) => `${line}\n`).join(''));
  } catch {
    // No proposals then.
  }
}

/** Returns the proposals that begin with what was typed. */
export async function completionsFor(words: readonly string[], values: ValueSource): Promise<Completion> {
  const current = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  if (before.length === 0) return fitting(subcommands(), current);
  const group = completionGroups[before[0]!];
  if (group !== undefined && before.length === 1) return fitting(proposalsOf(group.entries), current);
  const depth = group === undefined ? 1 : 2;
  const entry = group === undefined ? completionTable[before[0]!] : group.entries[before[1]!];
  if (entry === undefined) {
    return before.length === 1 && before[0] === 'help' ? fitting(subcommands(), current) : nothing;
  }
  return completeIn(entry, before.slice(depth), current, values, before);
}

const nothing: Completion = { proposals: [], files: false };

async function completeIn(
  entry: CompletionEntry,
  before: readonly string[],
  current: string,
  values: ValueSource,
  words: readonly string[],
): Promise<Completion> {
  const { waiting, positionals, escaped } = scan(entry, before);
  if (waiting !== null) return proposeValues(waiting, current, '', values, words);
  const assigned = /^--([^=]+)=([^]*)$/.exec(current);
  if (!escaped && assigned !== null) {
    const kind = entry.flags[assigned[1]!];
    if (kind === undefined || kind === null) return nothing;
    return proposeValues(kind, assigned[2]!, `--${assigned[1]}=`, values, words);
  }
  if (!escaped && current.startsWith('-')) return fitting(flagProposals(entry, before), current);
  const kind = entry.positionals[positionals] ?? (entry.repeats === true ? entry.positionals.at(-1) : undefined);
  return kind === undefined ? nothing : proposeValues(kind, current, '', values, words);
}

/** Walks over the words before the one being typed: is a flag waiting for its value, and how many positionals were there? */
function scan(
  entry: CompletionEntry,
  before: readonly string[],
): { waiting: ValueKind | null; positionals: number; escaped: boolean } {
  let waiting: ValueKind | null = null;
  let positionals = 0;
  let escaped = false;
  for (const word of before) {
    if (waiting !== null) waiting = null;
    else if (escaped || !word.startsWith('-')) positionals += 1;
    else if (word === '--') escaped = true;
    else if (!word.includes('=')) waiting = entry.flags[flagName(word)] ?? null;
  }
  return { waiting, positionals, escaped };
}

function flagName(word: string): string {
  return word.startsWith('--') ? word.slice(2) : (flagAliases[word.slice(1)] ?? '');
}

function flagProposals(entry: CompletionEntry, before: readonly string[]): Proposal[] {
  const repeatable = new Set(['param', 'env', 'set', 'step', 'offset', 'recipe']);
  return [...Object.keys(entry.flags), 'help']
    .filter((name) => repeatable.has(name) || !before.includes(`--${name}`))
    .map((name) => ({ text: `--${name}`, what: '' }));
}

async function proposeValues(
  kind: ValueKind,
  current: string,
  prefix: string,
  values: ValueSource,
  words: readonly string[],
): Promise<Completion> {
  const proposals = (await values.propose(kind, words)).filter(({ text }) => text.startsWith(current));
  const files = kind === 'file' || kind === 'folder' || kind === 'workflow';
  return { proposals: proposals.map(({ text, what }) => ({ text: prefix + text, what })), files };
}

function subcommands(): Proposal[] {
  return [...proposalsOf(completionTable), ...proposalsOf(completionGroups)];
}

function proposalsOf(entries: { readonly [name: string]: { readonly brief: string } }): Proposal[] {
  return Object.entries(entries).map(([text, { brief }]) => ({ text, what: brief }));
}

function fitting(proposals: readonly Proposal[], current: string): Completion {
  return { proposals: proposals.filter(({ text }) => text.startsWith(current)), files: false };
}
