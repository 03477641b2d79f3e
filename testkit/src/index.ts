// For tests only: fakes, builders, the simulator, and machines that misbehave.

export {
  attemptStep,
  foreachOf,
  groupStep,
  implied,
  matrixOf,
  plainWorkspace,
  planOf,
  repeatOf,
  quotaPolicy,
  retryPolicy,
  waitStep,
} from './build-plan.ts';
export { makeImmutable } from './make-immutable.ts';
export { mountInside } from './mount-inside.ts';
export type { PlantedPrograms } from './plant-programs.ts';
export { plantPrograms } from './plant-programs.ts';
export { Random } from './random.ts';
export { brief, RunDriver } from './run-driver.ts';
export { reflinkDisk } from './reflink-disk.ts';
export { describeViolation } from './simulator/describe-violation.ts';
export { invariants } from './simulator/invariants.ts';
export type { SimulatedRun } from './simulator/simulated-run.ts';
export { simulateRun } from './simulator/simulated-run.ts';
export type { SmallDisk } from './small-disk.ts';
export { smallDisk } from './small-disk.ts';
export { withoutPrivileges } from './without-privileges.ts';
