// The name under which Docker Compose keeps containers, networks and volumes of a workspace apart from those of others.

import { basename } from 'node:path';

/** Says whether whoever asks has chosen the name: a run around this one has not, it has only named its own workspace. */
export function isComposeNameGiven(env: NodeJS.ProcessEnv): boolean {
  const name = env['COMPOSE_PROJECT_NAME'];
  const around = env['WORKFLOW_WORKSPACE'];
  return name !== undefined && (around === undefined || name !== composeProjectName(around));
}

/** Returns the project name for a workspace's folder: its id and eight digits of its path's digest, in the letters that Compose takes. */
export function composeProjectName(folder: string): string {
  const id = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '-');
  const digest = process.getBuiltinModule('node:crypto').hash('sha256', folder, 'hex').slice(0, 8);
  return `${/^[a-z0-9]/.test(id) ? id : `w${id}`}-${digest}`;
}
