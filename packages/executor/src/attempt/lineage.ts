// The mark that every process of an attempt has in its environment, by which it is known wherever it went. Runs that are started
// by steps of runs add theirs: `RUN/ATTEMPT,RUN/ATTEMPT`, the outermost first.
// Not here: looking for processes (find-processes.ts).

/** Name of the variable. */
export const LINEAGE = 'WORKFLOW_LINEAGE';

/** Returns the value for an attempt whose engine has this environment. */
export function lineageOf(env: NodeJS.ProcessEnv, { runId, attemptNo }: { runId: string; attemptNo: number }): string {
  // Without WORKFLOW_RUN_ID somebody took care that it is not taken for a part of the run that it comes from.
  const above = env['WORKFLOW_RUN_ID'] === undefined ? undefined : env[LINEAGE];
  return `${above === undefined || above === '' ? '' : `${above},`}${runId}/${attemptNo}`;
}

/**
 * Returns whether a process with these variables is of the run, or of the attempt when one is given: `own`, `nested` when a run
 * that it started stands between, and `released` when it came from there and WORKFLOW_RUN_ID was taken from it, by which somebody
 * asks to leave it alone.
 */
export function belongsTo(
  variables: readonly string[],
  { runId, attemptNo }: { readonly runId: string; readonly attemptNo: number | null },
): 'own' | 'nested' | 'released' | null {
  const value = variables.find((variable) => variable.startsWith(`${LINEAGE}=`))?.slice(LINEAGE.length + 1);
  if (value === undefined) return null;
  const links = value.split(',');
  const place = links.findIndex((link) => (attemptNo === null ? link.startsWith(`${runId}/`) : link === `${runId}/${attemptNo}`));
  if (place === -1) return null;
  if (!variables.some((variable) => variable.startsWith('WORKFLOW_RUN_ID='))) return 'released';
  return place === links.length - 1 ? 'own' : 'nested';
}
