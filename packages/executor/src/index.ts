// Runs one run: tells the scheduler what happened, and makes the world match what it says is due.

export { attemptFiles } from './attempt/attempt-files.ts';
export type { AttemptFiles } from './attempt/attempt-files.ts';
export { hasAttemptsAtWork } from './attempt/attempts-at-work.ts';
export { checkpoints } from './attempt/checkpoint.ts';
export type { Checkpoint } from './attempt/checkpoint.ts';
export type { FoundProcess } from './attempt/find-processes.ts';
export type { LaunchEnd, LaunchRequest } from './attempt/launch-request.ts';
export { Launcher } from './attempt/launcher.ts';
export type { LaunchedProcess, LauncherOptions } from './attempt/launcher.ts';
export { withAgents } from './builtin/agent-run.ts';
export type { ActionEngine, PersonRequest, SubRunRequest, SubRunResult } from './builtin/builtin-action.ts';
export { builtinActions, runBuiltinAction } from './builtin/builtin-actions.ts';
export { joinTerminal } from './terminal/join-terminal.ts';
export type { JoinedTerminal } from './terminal/join-terminal.ts';
export { whyNoPty } from './terminal/pty.ts';
export type { JoinRequest, TerminalSize } from './terminal/terminal-frames.ts';
export { runTerminalHost } from './terminal/terminal-host.ts';
export { TerminalModes } from './terminal/terminal-modes.ts';
export { possibleInside } from './inside.ts';
export { look } from './effects/observe.ts';
export { loadPlugins, pluginParents } from './plugin/load-plugins.ts';
export type { LoadedPlugins } from './plugin/load-plugins.ts';
export type { PluginProblem } from './plugin/read-declaration.ts';
export type { LoadedPlugin, PluginManifest } from './plugin/manifest.ts';
export { runPluginModule } from './plugin/run-plugin.ts';
export { loadPresets, presetParents } from './preset/load-presets.ts';
export type { LoadedPresets } from './preset/load-presets.ts';
export type {
  StepCachePort,
  BlobPort,
  ClockPort,
  GivenWorkspace,
  HostPorts,
  JournalPort,
  WorkspacePort,
  WorkspaceRequest,
  QuotaPort,
} from './ports.ts';
export { checkRequirements } from './requirements/check-requirements.ts';
export type { MissingRequirement } from './requirements/check-requirements.ts';
export { readRequests, requestFolder, writeRequest } from './requests/request-folder.ts';
export { recordRequests } from './requests/record-requests.ts';
export type { ControlRequest } from './requests/control-request.ts';
export { runHost } from './run-host.ts';
export type { RunHandle, RunOutcome } from './run-handle.ts';
export type { RunOptions } from './run-options.ts';
