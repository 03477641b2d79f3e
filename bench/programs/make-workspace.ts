// Makes one workspace and leaves it: what a benchmark starts many of. `make-workspace ROOT SOURCE PROVIDER ID`

import { acquireLock } from '@workflow-platform/journal';
import { createWorkspaceManager } from '@workflow-platform/workspace-manager';

const [root = '', from = '', provider = 'auto', id = ''] = process.argv.slice(2);
const manager = createWorkspaceManager({ root, acquireLock });
const { workspace } = await manager.ensure({ runId: id, id, from, provider: provider as 'auto', base: null, include: [] });
await manager.release(workspace, 'done');
