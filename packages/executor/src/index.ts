// Runs one run: tells the scheduler what happened, and makes the world match what it says is due.

export type { LaunchEnd, LaunchRequest } from './attempt/launch-request.ts';
export { Launcher } from './attempt/launcher.ts';
export type { LaunchedProcess, LauncherOptions } from './attempt/launcher.ts';
export type { BlobPort, ClockPort, HostPorts, JournalPort, WorkspacePort, WorkspaceRequest } from './ports.ts';
