// Why a run does not take in what another process asked for.
// Not here: asking (executor, the command line).

/** Why a request came to nothing. */
export type RefusalCode =
  | 'step-unknown'
  | 'step-not-waiting'
  | 'answer-late'
  | 'answer-not-allowed'
  | 'answer-twice'
  | 'answer-invalid'
  | 'cancel-late'
  | 'request-unreadable';
