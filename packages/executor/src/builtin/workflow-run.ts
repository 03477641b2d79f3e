// `workflow/run`: another workflow as a step. It is a run of its own, with its own record, and names this one as its parent.
// Not here: how a run is started, which is the command line's (ActionEngine.startRun).

import { ActionError, type AgentUsage } from '@workflow-platform/plugin-sdk';
import type { BuiltinAction } from './builtin-action.ts';
import { input, output, textInput } from './builtin-action.ts';

/** The action `workflow/run`; `uses = "./other.toml"` and `uses = "workflow:ID"` are short for it. */
export const workflowRun: BuiltinAction = {
  signature: {
    reference: 'workflow/run',
    kind: 'builtin',
    description: 'Runs another workflow and waits for its end. All other inputs are its parameters.',
    version: null,
    inputs: [
      input('workflow', 'The workflow: `./other.toml` or `workflow:ID`', { required: true }),
      input('workflow_workspace', '`inherit` works in the workspace of this run, `own` in one of its own', {
        type: 'enum',
        values: ['inherit', 'own'],
        default: 'inherit',
      }),
    ],
    openInputs: true,
    outputs: [output('run_id', 'Id of the run'), output('status', '`succeeded`, `failed` or `cancelled`')],
  },
  async run(inputs, context, engine) {
    const { workflow: _workflow, workflow_workspace: place, ...parameters } = inputs;
    const workflow = textInput(inputs, 'workflow');
    const { signal } = context;
    const kill = new AbortController();
    // The first TERM cancels; one more says that somebody does not want to wait.
    process.once('SIGTERM', () => process.once('SIGTERM', () => kill.abort()));
    const result = await engine.startRun({
      workflow,
      parameters,
      parent: { runId: context.run.id, step: context.step },
      workspacePath: place === 'own' ? null : context.workspace,
      signal,
      killSignal: kill.signal,
      onStarted: (runId) => context.log(`run ${runId} of ${workflow}`),
    });
    const used = usedSince(await engine.usageOfSession(context.run.id, result.runId), result.usage);
    if (used !== null) {
      // Another attempt may go on with this run: then it is known what was told of it.
      context.openSession(result.runId);
      context.usage(used);
    }
    context.output('run_id', result.runId);
    context.output('status', result.status);
    context.log(`run ${result.runId} ${result.status}`);
    if (result.status === 'failed') {
      const steps = result.failed.length === 0 ? '' : `: ${result.failed.join(', ')} failed`;
      throw new ActionError(`the run ${result.runId} of ${workflow} failed${steps}; see \`workflow status ${result.runId}\``);
    }
    if (result.status === 'cancelled') throw new ActionError(`the run ${result.runId} of ${workflow} was cancelled`);
  },
};

/** What an earlier attempt had told of the run is told once; null when there is nothing to tell. */
function usedSince(told: AgentUsage, total: AgentUsage): AgentUsage | null {
  const left = Object.entries(total).flatMap(([name, value]) => {
    if (typeof value !== 'number') return [];
    const before = told[name as keyof AgentUsage];
    const since = value - (typeof before === 'number' ? before : 0);
    return since > 0 ? [[name, since] as const] : [];
  });
  return left.length === 0 ? null : Object.fromEntries(left);
}
