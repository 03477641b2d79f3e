// `workflow __action NAME` and `workflow __plugin FILE`: what steps with a built-in action, or one of a plugin's module, run as
// their process. Speaks the action protocol over stdin and stdout.
// Not here: the actions (executor), the protocol (plugin-sdk).

import { renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseToml, renderTomlValue, type GivenValue } from '@workflow-platform/core';
import { assert, UserError, viewOfRun } from '@workflow-platform/events';
import {
  runBuiltinAction,
  loadPresets,
  presetParents,
  runPluginModule,
  type ActionEngine,
  type LoadedPresets,
  type PersonRequest,
  type SubRunRequest,
  type SubRunResult,
} from '@workflow-platform/executor';
import { statePaths, type History } from '@workflow-platform/journal';
import { findRepositoryRoot } from '@workflow-platform/source';
import { createContext, type CliContext } from './context.ts';
import { attachHint } from './print/attach-hint.ts';
import { harmless } from './print/harmless.ts';
import { defaultWorkspaceId, driveRun, makeRunId, withState, type DriveRequest } from './drive-run.ts';
import { earlierRun } from './earlier-run.ts';
import { makingText, SeldomMakings } from './print/making-text.ts';
import { answerCommands } from './print/question.ts';
import { preparePlan, secretsOf } from './prepare-plan.ts';
import { requireTerminals } from './require-terminals.ts';
import { checkPlanRequirements } from './requirements.ts';
import { usageOfRun, usageOfSession } from './usage-of-session.ts';
import { resumeRequest } from './resume-request.ts';
import { whoAmI } from './who-am-i.ts';

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
  return {
    startRun: (request) => startRun(context, request, { goesOn: true }),
    askPerson: (request) => askPerson(context, request),
    agentPresets: (runId) => withState(context, async (state) => presetsOf(context, state.history, runId)),
    usageOfSession: (runId, session) => withState(context, async (state) => usageOfSession(state.history, runId, session)),
  };
}

/** Asks by a run of its own with one question: it is found, answered and cancelled like any other. */
async function askPerson(context: CliContext, { question, ...request }: PersonRequest): Promise<boolean> {
  const folder = statePaths(context.env).runFolder(request.parent.runId);
  const workflow = join(folder, 'permission.toml');
  // Whole at once: several questions may be asked at the same time.
  const draft = `${workflow}.${process.pid}`;
  writeFileSync(draft, PERMISSION, { mode: 0o600 });
  renameSync(draft, workflow);
  const run = { ...request, workflow, parameters: { question }, killSignal: new AbortController().signal };
  // Each time anew: what was allowed once is not allowed for good.
  const { runId, status } = await startRun(context, run, { goesOn: false });
  if (status === 'cancelled') throw new UserError('not-answered', `the run ${runId} that asked was cancelled`);
  return status === 'succeeded';
}

const PERMISSION = `id = "agent-permission"
name = "An agent asks for a permission"

[parameters.question]
required = true

[steps.permit]
uses = "human/approve"
inputs.message = "\${{ params.question }}"
`;

/** Those of the project that the run was started in, whatever its steps have written into the workspace since. */
function presetsOf(context: CliContext, history: History, runId: string): LoadedPresets {
  let run = history.readRun(runId);
  // A run that a step has started stands in a workspace itself.
  for (let above = run; above !== null; above = above.parent === null ? null : history.readRun(above.parent.runId)) run = above;
  const cwd = run?.by.cwd ?? context.cwd;
  return loadPresets(presetParents(context.env, findRepositoryRoot(cwd) ?? cwd));
}

/** Runs another workflow to its end in this process, as a run of its own; `goesOn`: as the one that the step had started before, if it can. */
async function startRun(
  context: CliContext,
  request: SubRunRequest,
  { goesOn }: { readonly goesOn: boolean },
): Promise<SubRunResult> {
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
    await requireTerminals(context, plan);
    const secrets = secretsOf(parameters);
    const earlier = goesOn ? earlierRun(state.history, parent, plan) : null;
    if (earlier !== null && viewOfRun(earlier.past).run.status === 'succeeded') {
      request.onStarted(earlier.runId);
      return { runId: earlier.runId, status: 'succeeded', failed: [], usage: usageOfRun(state.history, earlier.runId) };
    }
    const runId = earlier?.runId ?? makeRunId();
    const makings = new SeldomMakings();
    if (earlier === null) state.history.savePlan(runId, JSON.stringify(plan));
    const anew: Pick<DriveRequest, 'plan' | 'start' | 'from' | 'workspaceId'> = {
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
    };
    const { failed, status } = await driveRun(context, state, {
      runId,
      ...(earlier === null ? anew : await resumeRequest(context, earlier, 'not-needed')),
      secrets,
      installed,
      onEvents(envelopes) {
        for (const { event } of envelopes) {
          if (event.type === 'step.waiting') {
            const [command = ''] = answerCommands({ ...event, runId });
            context.err.write(`${harmless(event.step)} waits for an answer: ${command}\n`);
          }
          if (event.type !== 'step.attempt-started' || event.interactive !== true) continue;
          context.err.write(`${harmless(event.step)} has a terminal; join it: ${attachHint(runId, event.step)}\n`);
        }
      },
      onWarning: (text) => context.err.write(`warning: ${text}\n`),
      onWorkspaceProgress: (making) => {
        if (makings.isDue(making)) context.err.write(`${makingText(making)}\n`);
      },
      onStarted(handle) {
        request.onStarted(runId);
        const end = () => handle.cancel(`run ${parent.runId}`, 'the calling step is being stopped');
        if (request.signal.aborted) end();
        else request.signal.addEventListener('abort', end, { once: true });
        request.killSignal.addEventListener('abort', () => handle.kill(), { once: true });
      },
    });
    assert(status !== 'waiting', 'this engine does not leave');
    return { runId, status, failed, usage: usageOfRun(state.history, runId) };
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
