// For tests only: fakes, builders, the simulator, and machines that misbehave.

export { attemptStep, foreachOf, groupStep, implied, planOf, repeatOf, retryPolicy, waitStep } from './build-plan.ts';
export { Random } from './random.ts';
export { brief, RunDriver } from './run-driver.ts';
export { describeViolation } from './simulator/describe-violation.ts';
export { invariants } from './simulator/invariants.ts';
export type { SimulatedRun } from './simulator/simulated-run.ts';
export { simulateRun } from './simulator/simulated-run.ts';
export type { SmallDisk } from './small-disk.ts';
export { smallDisk } from './small-disk.ts';
export { withoutPrivileges } from './without-privileges.ts';
