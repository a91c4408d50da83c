import type { ExecStatus } from '../api/exec.ts';
import type { SessionEnd } from '../model/audit.ts';

declare module '@hapi/hapi' {
  interface RequestApplicationState {
    /** Of a request that is a session of exec: what became of it. */
    session?: SessionOutcome;
  }
}

/** What the audit is told of a session of exec or attach. */
export interface SessionOutcome {
  readonly end: SessionEnd;
  /** Of the error that ended it. */
  readonly code: string | null;
}

/** For as long as nothing else is known: a client that goes says nothing. */
export const leftByClient: SessionOutcome = { end: { cut: 'client' }, code: null };
export const notAllowedAnyMore: SessionOutcome = { end: { cut: 'access' }, code: 'forbidden' };

/** By what its client is told of its end. */
export function outcomeOf(status: ExecStatus): SessionOutcome {
  if ('exit_code' in status) return { end: { exit_code: status.exit_code }, code: null };
  if ('detached' in status) return { end: { detached: true }, code: null };
  const { code } = status;
  return { end: { cut: code === 'server_stopping' ? 'server' : 'error' }, code };
}
