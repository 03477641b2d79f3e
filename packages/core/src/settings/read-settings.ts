// Reads a document as the settings of a user: everything that is wrong with it, and all that is right.
// Not here: its keys (settings-shape.ts), where the file is (the command line).

import type { Diagnostic } from '../diagnostic/diagnostic.ts';
import { bareCatalog } from '../model/parameter-types.ts';
import type { TomlDocument } from '../parse/document.ts';
import { readValue } from '../schema/read-shape.ts';
import { Reading } from '../schema/reading.ts';
import { settingsShape } from './settings-shape.ts';

/** How long things of a workflow are kept; null where nothing is said. */
export interface RunRetention {
  readonly runsMs: number | null;
  readonly keepLast: number | null;
  readonly logsMs: number | null;
  readonly artifactsMs: number | null;
}

/** How long things are kept. */
export interface Retention extends RunRetention {
  readonly maxSizeBytes: number | null;
  readonly bundlesMs: number | null;
  readonly cacheMs: number | null;
  readonly workspacesMs: number | null;
  readonly keptWorkMs: number | null;
  readonly workflows: ReadonlyMap<string, RunRetention>;
}

/** The settings of a user. */
export interface Settings {
  readonly retention: Retention;
}

/** Reads a document; also what an empty one says. Never throws. */
export function readSettings(document: TomlDocument): {
  readonly settings: Settings;
  readonly diagnostics: readonly Diagnostic[];
} {
  const reading = new Reading(document, bareCatalog);
  const retention = readValue(reading, settingsShape, document.root)?.retention ?? null;
  return {
    settings: {
      retention: {
        ...runRetention(retention),
        maxSizeBytes: retention?.max_size ?? null,
        bundlesMs: retention?.bundles ?? null,
        cacheMs: retention?.cache ?? null,
        workspacesMs: retention?.workspaces ?? null,
        keptWorkMs: retention?.kept_work ?? null,
        workflows: new Map((retention?.workflows ?? []).map(([id, own]) => [id, runRetention(own)])),
      },
    },
    diagnostics: [...document.diagnostics, ...reading.diagnostics],
  };
}

interface RunKeys {
  readonly runs: number | null;
  readonly keep_last: number | null;
  readonly logs: number | null;
  readonly artifacts: number | null;
}

function runRetention(keys: RunKeys | null): RunRetention {
  return {
    runsMs: keys?.runs ?? null,
    keepLast: keys?.keep_last ?? null,
    logsMs: keys?.logs ?? null,
    artifactsMs: keys?.artifacts ?? null,
  };
}
