// What the host has to know of a run's past beside the scheduler's state, gathered from its events.
// Not here: what follows from it.

import type { RunEvent } from '@workflow-platform/events';
import { AskedAnew } from './cache/asked-anew.ts';

export class RunFacts {
  /** Names of artifacts that are kept. */
  readonly kept = new Set<string>();
  /** The workspace was made by this run. */
  ownsWorkspace = false;
  /** A cancel for now: what is being stopped is given no time. */
  isHurried = false;
  /** Steps that somebody asked to be carried out again. */
  readonly askedAnew = new AskedAnew();
  /** Steps with a terminal at which somebody is waited for. */
  readonly inputAwaited = new Set<string>();

  /** Takes the next event of the run in. */
  note(event: RunEvent): void {
    this.askedAnew.note(event);
    if (event.type === 'step.input-awaited') this.inputAwaited.add(event.step);
    if (event.type === 'step.input-settled' || event.type === 'step.attempt-started') this.inputAwaited.delete(event.step);
    if (event.type === 'artifact.stored') this.kept.add(event.name);
    if (event.type === 'workspace.created') this.ownsWorkspace = true;
    if (event.type === 'run.cancel-requested') this.isHurried ||= event.now === true;
    if (event.type === 'run.finished') this.isHurried = false;
  }

  /** Returns the event that says whether somebody is waited for at a terminal, when that is news. */
  inputNews({ step, attempt }: { readonly step: string; readonly attempt: number }, isAwaited: boolean): RunEvent[] {
    if (this.inputAwaited.has(step) === isAwaited) return [];
    return [{ type: isAwaited ? 'step.input-awaited' : 'step.input-settled', step, attempt }];
  }
}
