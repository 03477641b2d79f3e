// What a screen shows of a run's artifacts.
// Not here: the artifacts themselves (journal: blobs.ts).

import type { RunEvent } from './run-event.ts';

export type ArtifactView =
  | {
      readonly name: string;
      readonly status: 'stored';
      readonly path: string;
      readonly digest: string;
      readonly sizeBytes: number;
      readonly retainUntilMs: number | null;
    }
  | { readonly name: string; readonly status: 'missing'; readonly pattern: string };

/** Returns what is shown of an artifact after its event. */
export function artifactOf(event: Extract<RunEvent, { readonly type: 'artifact.stored' | 'artifact.missing' }>): ArtifactView {
  if (event.type === 'artifact.missing') return { name: event.name, status: 'missing', pattern: event.pattern };
  const { name, path, digest, sizeBytes, retainUntilMs } = event;
  return { name, status: 'stored', path, digest, sizeBytes, retainUntilMs };
}
