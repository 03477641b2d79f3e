// `workflow __action NAME` and `workflow __plugin FILE`: what steps with a built-in action, or one of a plugin's module, run as
// their process. Speaks the action protocol over stdin and stdout.
// Not here: the actions (executor), the protocol (plugin-sdk).

import { dirname } from 'node:path';
import { parseToml, renderTomlValue, type GivenValue } from '@workflow-platform/core';
import { UserError } from '@workflow-platform/events';
import {
  runBuiltinAction,
  runPluginModule,
  type ActionEngine,
  type SubRunRequest,
  type SubRunResult,
} from '@workflow-platform/executor';
import type { History } from '@workflow-platform/journal';
import { createContext, type CliContext } from './context.ts';
import { defaultWorkspaceId, driveRun, makeRunId, whoAmI, withState } from './drive-run.ts';
import { preparePlan, secretsOf } from './prepare-plan.ts';
import { checkPlanRequirements } from './requirements.ts';

/** Runs started by runs started by runs: more than this is a circle. */
const DEPTH_MAX = 16;

/** Carries out a built-in action. */
export async function performBuiltinAction(reference: string): Promise<void> {
  process.exitCode = await runBuiltinAction(reference, createEngine());
}

/** Carries out an action of a plugin's module. */
export async function performPluginAction(file: string): Promise<void> {
  process.exitCode = await runPluginModule(file);
}

function createEngine(): ActionEngine {
  const context = createContext(process);
  return { startRun: (request) => startRun(context, request) };
}

/** Runs another workflow to its end in this process, as a run of its own. */
async function startRun(context: CliContext, request: SubRunRequest): Promise<SubRunResult> {
  return withState(context, async (state) => {
    const { parent, workspacePath } = request;
    const above = state.history.readRun(parent.runId);
    checkDepth(state.history, parent.runId);
    // Paths and ids mean what they mean in the file that names them.
    const cwd = above?.source.startsWith('/') === true ? dirname(above.source) : context.cwd;
    const overlays =
      workspacePath === null ? [] : [parseToml(`workspace.provider = ${renderTomlValue('none')}`, 'the calling run')];
    const prepared = await preparePlan(
      { ...context, cwd },
      request.workflow,
      {},
      { given: givenBy(request.parameters), overlays },
    );
    const { plan, loaded, installed, parameters } = prepared;
    await checkPlanRequirements(context, plan);
    const runId = makeRunId();
    state.history.savePlan(runId, JSON.stringify(plan));
    const { failed, status } = await driveRun(context, state, {
      runId,
      plan,
      start: {
        kind: 'new',
        created: {
          type: 'run.created',
          workflow: { id: plan.workflow.id, version: plan.workflow.version, name: plan.workflow.name },
          source: loaded.source,
          fileDigest: plan.workflow.fileDigest,
          planDigest: plan.digest,
          params: plan.parameters,
          by: whoAmI(context),
          parent,
          workspaceId: null,
        },
      },
      from: workspacePath ?? above?.workspacePath ?? context.cwd,
      workspaceId: defaultWorkspaceId(plan.workflow.id, runId),
      secrets: secretsOf(parameters),
      installed,
      onEvents() {},
      onWarning: (text) => context.err.write(`warning: ${text}\n`),
      onStarted(handle) {
        request.onStarted(runId);
        const end = () => handle.cancel(`run ${parent.runId}`, 'the calling step is being stopped');
        if (request.signal.aborted) end();
        else request.signal.addEventListener('abort', end, { once: true });
        request.killSignal.addEventListener('abort', () => handle.kill(), { once: true });
      },
    });
    return { runId, status, failed };
  });
}

function givenBy(parameters: SubRunRequest['parameters']): readonly GivenValue[] {
  return Object.entries(parameters).map(([name, value]) => ({
    name,
    value,
    origin: { kind: 'param', detail: name },
  }));
}

function checkDepth(history: History, runId: string): void {
  let depth = 1;
  for (let above = history.readRun(runId); above !== null && above.parent !== null; above = history.readRun(above.parent.runId))
    depth += 1;
  if (depth < DEPTH_MAX) return;
  throw new UserError('runs-too-deep', `runs have started runs ${DEPTH_MAX} times over`, {
    hint: 'look for workflows that run each other in a circle',
  });
}
