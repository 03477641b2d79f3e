// `workflow prune`: removes what is older than its retention.
// Not here: what goes of each kind (prune/), the settings (settings.ts).

import { parseDuration, parseSize, suggest, type Retention, type RunRetention } from '@workflow-platform/core';
import { UserError } from '@workflow-platform/events';
import type { PruneFlags } from '../arguments/prune.ts';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { formatBytes, formatCount } from '../print/format.ts';
import { harmless } from '../print/harmless.ts';
import { renderTable } from '../print/table.ts';
import { pruneKinds, type PrunedKind, type PruneKind, type PruneOutcome, type PruneRequest } from '../prune/target.ts';
import { targets } from '../prune/targets.ts';
import { loadSettings, settingsFile } from '../settings.ts';

/** Removes it, or says what would go. */
export async function prune(context: CliContext, flags: PruneFlags): Promise<void> {
  const request = requestOf(context, flags);
  const outcomes: PruneOutcome[] = [];
  for (const target of targets.filter(({ kinds }) => kinds.some((kind) => request.kinds.has(kind))))
    outcomes.push(await (flags.dryRun ? target.find(request) : target.prune(request)));
  const failures = outcomes.flatMap((outcome) => outcome.failures);
  if (failures.length > 0) context.exitWith(exitCodes.failed);
  const spared = outcomes.flatMap((outcome) => outcome.spared);
  const kinds = outcomes.flatMap((outcome) => outcome.kinds);
  if (flags.json) {
    const data = { dryRun: flags.dryRun, freedBytes: sum(kinds), kinds, spared, failures };
    context.out.write(`${JSON.stringify(data, null, 2)}\n`);
    return;
  }
  print(context, kinds, flags.dryRun);
  for (const { name, why } of spared) context.err.write(`${harmless(name)} stays: ${harmless(why)}\n`);
  for (const { name, why } of failures) context.err.write(`${harmless(name)} could not be removed: ${harmless(why)}\n`);
  if (saysNothing(request.retention))
    context.err.write(
      `nothing says how long runs are kept: use --older-than, --max-size, or [retention] in ${harmless(settingsFile(context))}\n`,
    );
}

function requestOf(context: CliContext, flags: PruneFlags): PruneRequest {
  const { retention } = loadSettings(context);
  const asked = kindsOf(flags);
  return {
    context,
    nowMs: Date.now(),
    kinds: asked.kinds,
    retention: withFlags(retention, flags, asked),
    workflow: flags.workflow ?? null,
  };
}

/** Flags that say how much goes take the place of the settings, for the kinds that are asked for: then nothing else goes. */
function kindsOf({ what, olderThan, maxSize }: PruneFlags): {
  readonly kinds: ReadonlySet<PruneKind>;
  readonly isNamed: boolean;
} {
  if (what === undefined) {
    const isByFlags = olderThan !== undefined || maxSize !== undefined;
    // What no run needs goes with the runs.
    return { kinds: new Set(isByFlags ? (['runs', 'blobs'] as const) : pruneKinds), isNamed: false };
  }
  return { kinds: new Set(what.split(',').map((word) => kindOf(word.trim()))), isNamed: true };
}

function kindOf(word: string): PruneKind {
  const kind = pruneKinds.find((each) => each === word);
  if (kind !== undefined) return kind;
  const near = suggest(word, pruneKinds);
  throw usage(
    `--what: there is no kind \`${harmless(word)}\``,
    near === null ? `kinds are ${pruneKinds.join(', ')}` : `did you mean \`${near}\`?`,
  );
}

function withFlags(settings: Retention, flags: PruneFlags, { kinds, isNamed }: ReturnType<typeof kindsOf>): Retention {
  const olderThanMs = flags.olderThan === undefined ? null : durationMs(flags.olderThan);
  const maxSizeBytes = flags.maxSize === undefined ? null : sizeBytes(flags.maxSize);
  const isByFlags = olderThanMs !== null || maxSizeBytes !== null;
  const ageOf = (kind: PruneKind, ownMs: number | null): number | null =>
    isByFlags ? (kinds.has(kind) ? olderThanMs : null) : ownMs;
  const ofRuns = (own: RunRetention): RunRetention => ({
    runsMs: ageOf('runs', own.runsMs),
    keepLast: flags.keepLast ?? own.keepLast,
    logsMs: ageOf('logs', own.logsMs),
    artifactsMs: ageOf('artifacts', own.artifactsMs),
  });
  return {
    ...ofRuns(settings),
    maxSizeBytes: isByFlags ? maxSizeBytes : settings.maxSizeBytes,
    bundlesMs: ageOf('bundles', settings.bundlesMs),
    cacheMs: ageOf('cache', settings.cacheMs),
    workspacesMs: ageOf('workspaces', settings.workspacesMs),
    // Never by a flag that says something else: what is thrown away here is somebody's work.
    keptWorkMs: isByFlags && !isNamed ? null : settings.keptWorkMs,
    workflows: new Map([...settings.workflows].map(([id, own]) => [id, ofRuns(own)])),
  };
}

function durationMs(text: string): number {
  const ms = parseDuration(text);
  if (ms !== null) return ms;
  throw usage(`--older-than: \`${harmless(text)}\` is no duration such as 12h or 30d`, '`workflow prune --help`');
}

function sizeBytes(text: string): number {
  const bytes = parseSize(text);
  if (bytes !== null) return bytes;
  throw usage(`--max-size: \`${harmless(text)}\` is no size such as 500MiB or 5GiB`, '`workflow prune --help`');
}

function usage(message: string, hint: string): UserError {
  return new UserError('wrong-usage', message, { hint, exitCode: exitCodes.usage });
}

function saysNothing({
  workflows,
  runsMs,
  logsMs,
  artifactsMs,
  maxSizeBytes,
  bundlesMs,
  cacheMs,
  workspacesMs,
  keptWorkMs,
}: Retention): boolean {
  const limits = [runsMs, logsMs, artifactsMs, maxSizeBytes, bundlesMs, cacheMs, workspacesMs, keptWorkMs];
  return limits.every((limit) => limit === null) && workflows.size === 0;
}

function print(context: CliContext, kinds: readonly PrunedKind[], isDryRun: boolean): void {
  const { style } = context.out;
  const rows = kinds.flatMap(({ kind, items }) =>
    items.map(({ name, detail, sizeBytes }) => [
      { text: kind, style: style.dim },
      { text: harmless(name), style: style.bold, keepEnds: true },
      { text: formatBytes(sizeBytes), right: true },
      { text: harmless(detail) },
    ]),
  );
  const header = ['KIND', 'WHAT', 'SIZE', 'OF'];
  if (isDryRun && rows.length > 0)
    for (const line of renderTable(rows, { header, columns: context.out.lineColumns(), style })) context.out.write(`${line}\n`);
  const parts = kinds
    .filter(({ items }) => items.length > 0)
    .map(({ kind, items }) => formatCount(items.length, NAMES[kind][0], NAMES[kind][1]));
  const verb = isDryRun ? 'would be removed' : 'removed';
  context.out.write(
    parts.length === 0 ? 'there is nothing to prune\n' : `${parts.join(', ')} ${verb}, ${formatBytes(sum(kinds))}\n`,
  );
}

const NAMES: { readonly [kind in PruneKind]: readonly [one: string, many: string] } = {
  runs: ['run', 'runs'],
  logs: ['log folder', 'log folders'],
  artifacts: ['artifact', 'artifacts'],
  blobs: ['kept file', 'kept files'],
  bundles: ['fetched workflow file', 'fetched workflow files'],
  workspaces: ['workspace', 'workspaces'],
  cache: ['cached result', 'cached results'],
};

function sum(kinds: readonly PrunedKind[]): number {
  return kinds.flatMap(({ items }) => items).reduce((total, item) => total + item.sizeBytes, 0);
}
