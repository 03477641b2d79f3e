// Runs one run: tells the scheduler what happened, and makes the world match what it says is due.

export { attemptFiles } from './attempt/attempt-files.ts';
export type { AttemptFiles } from './attempt/attempt-files.ts';
export type { LaunchEnd, LaunchRequest } from './attempt/launch-request.ts';
export { Launcher } from './attempt/launcher.ts';
export type { LaunchedProcess, LauncherOptions } from './attempt/launcher.ts';
export type { GroupMember } from './attempt/process-group.ts';
export type { ActionEngine, SubRunRequest, SubRunResult } from './builtin/builtin-action.ts';
export { builtinActions, runBuiltinAction } from './builtin/builtin-actions.ts';
export { loadPlugins, pluginParents } from './plugin/load-plugins.ts';
export type { LoadedPlugins, PluginProblem } from './plugin/load-plugins.ts';
export type { LoadedPlugin, PluginManifest } from './plugin/manifest.ts';
export { runPluginModule } from './plugin/run-plugin.ts';
export type { BlobPort, ClockPort, HostPorts, JournalPort, WorkspacePort, WorkspaceRequest } from './ports.ts';
export { checkRequirements } from './requirements/check-requirements.ts';
export type { MissingRequirement } from './requirements/check-requirements.ts';
export { runHost } from './run-host.ts';
export type { RunHandle, RunOutcome } from './run-host.ts';
export type { RunOptions } from './run-options.ts';
