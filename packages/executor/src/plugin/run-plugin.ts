// Runs an action of a plugin's module in this process. The module may lie anywhere and needs no node_modules for
// `@workflow-platform/plugin-sdk`: the import is answered with the SDK of this engine.

import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import * as sdk from '@workflow-platform/plugin-sdk';
import type { Action, Plugin } from '@workflow-platform/plugin-sdk';

const specifier = '@workflow-platform/plugin-sdk';
const url = 'workflow:plugin-sdk';

/** Carries out the request on stdin with the module at an absolute path; returns the exit status. */
export function runPluginModule(path: string): Promise<number> {
  offerSdk();
  return sdk.serveAction(async (name): Promise<Action | undefined> => {
    const module = (await import(pathToFileURL(path).href)) as { readonly default?: Plugin };
    if (typeof module.default?.actions !== 'object') {
      throw new sdk.ActionError(`${path} has no default export made by definePlugin`);
    }
    return Object.hasOwn(module.default.actions, name) ? module.default.actions[name] : undefined;
  });
}

function offerSdk(): void {
  const key = Symbol.for('workflow.plugin-sdk');
  (globalThis as { [key: symbol]: unknown })[key] = sdk;
  const source = `const sdk = globalThis[Symbol.for('workflow.plugin-sdk')];\n${Object.keys(sdk)
    .map((name) => `export const ${name} = sdk.${name};\n`)
    .join('')}`;
  registerHooks({
    resolve: (asked, context, next) =>
      asked === specifier ? { url, shortCircuit: true, format: 'module' } : next(asked, context),
    load: (asked, context, next) => (asked === url ? { format: 'module', source, shortCircuit: true } : next(asked, context)),
  });
}
