// The vocabulary of a run: events, their envelope, and the view every screen shows.

export type { Failure, SkipReason, StopReason } from './failure.ts';
export type {
  EngineIdentity,
  EventEnvelope,
  Fact,
  Json,
  ObservationPurpose,
  RunEvent,
  RunEventType,
  WorkspaceIdentity,
} from './run-event.ts';
export { childRef, itemRef } from './step-ref.ts';
export { assert, unreachable } from './assert.ts';
export { UserError } from './user-error.ts';
export { applyToView, createRunView, findStep, viewOfRun } from './view.ts';
export type { ArtifactView, AttemptView, RunStatus, RunSummary, RunView, StepStatus, StepView, WorkspaceView } from './view.ts';
export { eventExamples } from './examples.ts';
export type { EventExample } from './examples.ts';
