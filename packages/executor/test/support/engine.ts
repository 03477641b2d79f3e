// Stands for the command line in tests: carries out built-in actions and plugin modules as the real one does.

import type { SubRunRequest, SubRunResult } from '../../src/index.ts';

const [subcommand = '', argument = ''] = process.argv.slice(2);

/** A run of another workflow, as the real command line would start it: tells what it was asked and ends as its name says. */
async function startRun(request: SubRunRequest): Promise<SubRunResult> {
  request.onStarted('child-1');
  console.error(JSON.stringify({ ...request, signal: undefined, killSignal: undefined }));
  if (request.workflow === './waits.toml') {
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {}, 1000);
      const waitsForKill = request.parameters['patience'] === 'little';
      if (waitsForKill) request.signal.addEventListener('abort', () => console.error('asked to end'));
      (waitsForKill ? request.killSignal : request.signal).addEventListener('abort', () => {
        clearInterval(timer);
        resolve();
      });
      console.error('waiting');
    });
    console.error('child cancelled');
    return { runId: 'child-1', status: 'cancelled', failed: [], usage: {} };
  }
  const status = request.workflow === './fails.toml' ? 'failed' : 'succeeded';
  return { runId: 'child-1', status, failed: status === 'failed' ? ['build'] : [], usage: {} };
}

// Loaded only when asked for: a test starts many of these.
if (subcommand === '__plugin') {
  const { runPluginModule } = await import('../../src/plugin/run-plugin.ts');
  process.exitCode = await runPluginModule(argument);
} else {
  const { runBuiltinAction } = await import('../../src/builtin/builtin-actions.ts');
  const { loadPresets } = await import('../../src/preset/load-presets.ts');
  process.exitCode = await runBuiltinAction(argument, {
    startRun,
    askPerson: async () => false,
    agentPresets: async () => loadPresets([]),
    usageOfSession: async () => ({}),
  });
}
