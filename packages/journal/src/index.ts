// Keeps events, outputs and history: the SQLite history, artifacts by digest, results of cached steps, locks that die with their
// process.

export type { Blobs, KeptBlob } from './blobs.ts';
export type { Backup } from './check/back-up-history.ts';
export type { BlobReport, ExpectedBlob } from './check/check-blobs.ts';
export type { HistoryFinding, HistoryReport } from './check/check-history.ts';
export type { ArtifactRow, History, RunQuery } from './history.ts';
export type { QuestionRow } from './question-rows.ts';
export type { HeldLock, RefusedLock } from './lock.ts';
export type { PruneCriteria, StateKind, WorkflowPolicy } from './prune/criteria.ts';
export type { FoundState, PrunedArtifact, PrunedLogs, PrunedRun, SparedRun } from './prune/find-pruned.ts';
export type { PruneCheckpoint } from './prune/open-state.ts';
export type { PrunedState } from './prune/prune-state.ts';
export type { QuotaBoard, QuotaNotice } from './quota-board.ts';
export type { RunRow, RunStatus, StepCounts } from './run-row.ts';
export type { StatePaths } from './state-paths.ts';
export { backUpHistory } from './check/back-up-history.ts';
export { checkBlobs } from './check/check-blobs.ts';
export { checkHistory } from './check/check-history.ts';
export { rebuildRows } from './check/rebuild-rows.ts';
export { openBlobs } from './blobs.ts';
export { openHistory } from './history.ts';
export { acquireLock, lockHolder } from './lock.ts';
export { pruneCheckpoints } from './prune/open-state.ts';
export { findPrunedState, pruneState } from './prune/prune-state.ts';
export { sizeOfFolder } from './prune/size-of-folder.ts';
export { RUN_ID_RANDOM_BYTES, isRunId, newRunId } from './run-id.ts';
export { openQuotaBoard } from './quota-board.ts';
export { statePaths } from './state-paths.ts';
export { bytesFreed } from './step-cache/bytes-freed.ts';
export { listCacheEntries, removeCacheEntries, removeCacheEntry } from './step-cache/manage-entries.ts';
export type { CacheEntryRow, StepCachePlace } from './step-cache/manage-entries.ts';
export { openStepCache } from './step-cache/step-cache.ts';
export type { StepCache } from './step-cache/step-cache.ts';
export type { Incoming } from './step-cache/incoming.ts';
export type { Pumped } from './step-cache/pump.ts';
export { stepCacheFolder } from './step-cache/store-paths.ts';
