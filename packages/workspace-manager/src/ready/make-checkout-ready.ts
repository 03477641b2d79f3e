// Makes the checkout itself ready for a run that works in it: ports, and the environment of its `.envrc`. It is no new workspace,
// so nothing is set up. A run that works in the workspace of the run around it has all of that already.

import type { Source } from '../find-source.ts';
import { runProcess } from '../run-process.ts';
import type { WorkspaceRequest } from '../workspace-port.ts';
import { loadDirenv } from './load-direnv.ts';
import { PLAIN, noPorts, ownVariables } from './make-ready.ts';
import type { ReadyWorkspace, ReadyWorld } from './make-ready.ts';
import { claimPorts } from './port-blocks.ts';

/** Makes it ready. Throws a UserError when its `.envrc` is required and cannot be loaded. */
export async function makeCheckoutReady(
  { request, source, root }: { readonly request: WorkspaceRequest; readonly source: Source; readonly root: string },
  { acquireLock, env, reached }: ReadyWorld,
): Promise<Omit<ReadyWorkspace, 'readiness'>> {
  const { checkout } = source;
  const { setup, direnv } = request.ready ?? PLAIN;
  const warnings = setup === null ? [] : [`${checkout} is used as it is: \`setup\` is for new workspaces`];
  const isInherited = env['WORKFLOW_WORKSPACE'] === checkout;
  if (isInherited && direnv !== 'require') return { env: {}, prepared: [], warnings };
  const claim = isInherited ? null : await claimPorts({ root, owner: checkout, held: 'known', acquireLock });
  if (claim?.base === null) warnings.push(noPorts(claim.why));
  const own = ownVariables(claim?.base ?? null, null);
  const loaded = await loadDirenv({
    policy: direnv,
    folder: checkout,
    checkout,
    env: { ...env, ...own },
    memory: null,
    run: runProcess,
    mark: checkout,
    onAllow: () => {},
  });
  if (loaded.envrcDigest === null) {
    return { env: own, prepared: [], warnings: loaded.warning === null ? warnings : [...warnings, loaded.warning] };
  }
  reached('direnv-allowed');
  const { envrcDigest } = loaded;
  return {
    env: { ...own, ...loaded.env },
    prepared: [{ type: 'workspace.direnv-allowed', id: request.id, envrcDigest }],
    warnings,
  };
}
