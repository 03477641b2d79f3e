// Keeps events, outputs and history: the SQLite history, artifacts by digest, locks that die with their process.

export type { Blobs, KeptBlob } from './blobs.ts';
export type { ArtifactRow, History, RunQuery } from './history.ts';
export type { HeldLock, RefusedLock } from './lock.ts';
export type { RunRow, RunStatus, StepCounts } from './run-row.ts';
export type { StatePaths } from './state-paths.ts';
export { openBlobs } from './blobs.ts';
export { openHistory } from './history.ts';
export { acquireLock, lockHolder } from './lock.ts';
export { RUN_ID_RANDOM_BYTES, isRunId, newRunId } from './run-id.ts';
export { statePaths } from './state-paths.ts';
