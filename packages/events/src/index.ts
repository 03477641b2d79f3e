// The vocabulary of a run: events, their envelope, and the view every screen shows.

export type { Failure, SkipReason, StopReason } from './failure.ts';
export type { InputChange, RerunReason, RetryRequest, ReuseObstacle } from './reuse.ts';
export type {
  EngineIdentity,
  EventEnvelope,
  Fact,
  Json,
  ObservationPurpose,
  ReadinessEvent,
  RunEvent,
  RunEventType,
  WorkspaceEvent,
} from './run-event.ts';
export type { SavedWork, WorkspaceIdentity } from './workspace-identity.ts';
export type { WorkspaceProgress } from './workspace-progress.ts';
export { pauseChoices, pausePlaceOf, pauseQuestion } from './pause.ts';
export type { BreakPoints, PauseChoice, PausePlace, PauseQuestion } from './pause.ts';
export type { RefusalCode } from './refusal.ts';
export { childRef, isInside, itemRef } from './step-ref.ts';
export { compareCacheKeys, stepShape } from './step-cache.ts';
export type {
  CachedBlob,
  CachedFile,
  CacheEntry,
  CacheFact,
  CacheKeyChange,
  CacheKeyParts,
  CacheMaker,
  CacheMissReason,
  CacheRefusal,
} from './step-cache.ts';
export { assert, unreachable } from './assert.ts';
export { addUsage } from './usage.ts';
export type { Usage } from './usage.ts';
export { UserError } from './user-error.ts';
export {
  cutEndNotice,
  cutNotice,
  isCutEndNotice,
  leftOutOf,
  logBytesMaxDefault,
  logLimitOf,
  logLimitsFile,
  parseLogSamples,
  renderLeftOut,
  renderLogLimit,
  renderLogSample,
  stdoutLimitOf,
} from './log-files.ts';
export type { LogSample, LogStream } from './log-files.ts';
export { applyToView, createRunView, findStep, viewOfRun } from './view.ts';
export { quotaWaitOf } from './view-quota.ts';
export type { ArtifactView } from './view-artifact.ts';
export type { AttemptView } from './view-attempt.ts';
export type { RunSummary } from './view-run.ts';
export type { RunStatus, RunView, StepStatus, StepView } from './view.ts';
export type { CacheView } from './view-cache.ts';
export { waitsForPeople } from './view-waiting.ts';
export type { AnswerView } from './view-answer.ts';
export type { WorkspaceView } from './view-workspace.ts';
export { eventExamples } from './examples.ts';
export type { EventExample } from './examples.ts';
