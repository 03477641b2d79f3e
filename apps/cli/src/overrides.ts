// Turns the flags that change a file into overlays, each named after its flag, so that every value knows where it came from
// and every mistake points at the flag.
// Not here: reading one KEY=VALUE, merging (core), `workflow.local.toml` (source), parameters (prepare-plan.ts).

import { parseEnvOverride, parseSetting, parseToml, renderTomlValue, type TomlDocument } from '@workflow-platform/core';
import { UserError } from '@workflow-platform/events';
import type { OverrideFlags } from './arguments/common-flags.ts';
import { exitCodes } from './exit-codes.ts';

/** Flags of `run` besides those of `plan`. */
export interface PlacementFlags {
  readonly inPlace?: boolean;
  readonly keep?: boolean;
  readonly cleanup?: boolean;
  readonly workspaceId?: string;
}

/** Returns the overlays, the weakest first. */
export function overlaysOf(flags: OverrideFlags & PlacementFlags): readonly TomlDocument[] {
  refuseContradictions(flags);
  const overlays: TomlDocument[] = [];
  for (const setting of flags.set ?? []) overlays.push(parseSetting(setting, `--set ${setting}`));
  for (const assignment of flags.env ?? []) {
    const override = parseEnvOverride(assignment);
    if (!override.ok) throw new UserError('wrong-usage', override.problem, { hint: override.help, exitCode: exitCodes.usage });
    overlays.push(parseToml(override.text, override.fileName));
  }
  const flag = (name: string, text: string) => overlays.push(parseToml(text, name));
  if (flags.base !== undefined) flag('--base', `workspace.base = ${renderTomlValue(flags.base)}`);
  if (flags.parallel !== undefined) flag('--parallel', `max_parallel = ${flags.parallel}`);
  if (flags.inPlace === true) flag('--in-place', 'workspace.provider = "none"');
  if (flags.keep === true) flag('--keep', 'workspace.keep = "always"');
  if (flags.cleanup === true) flag('--cleanup', 'workspace.keep = "never"');
  // Of two flags with one name the later counts, as everywhere; places are found by the name.
  const names = overlays.map((overlay) => overlay.fileName);
  return overlays.filter((overlay, index) => names.lastIndexOf(overlay.fileName) === index);
}

/** A flag that could have no effect is a mistake: without a workspace there is none to name, to base or to keep. */
function refuseContradictions(flags: OverrideFlags & PlacementFlags): void {
  const given = [
    [flags.workspaceId !== undefined, '--workspace-id'],
    [flags.base !== undefined, '--base'],
    [flags.keep === true, '--keep'],
    [flags.cleanup === true, '--cleanup'],
  ] as const;
  const other = flags.inPlace === true ? given.find(([isGiven]) => isGiven)?.[1] : undefined;
  const pair = other !== undefined ? `--in-place and ${other}` : flags.keep && flags.cleanup ? '--keep and --cleanup' : null;
  if (pair === null) return;
  throw new UserError('wrong-usage', `${pair} exclude each other`, {
    hint: 'leave one of them out; nothing was run',
    exitCode: exitCodes.usage,
  });
}
