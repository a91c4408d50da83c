import type { ExecStatus } from '../api/exec.ts';
import type { SessionEnd } from '../model/audit.ts';

declare module '@hapi/hapi' {
  interface RequestApplicationState {
    /** For an exec request: the outcome of the session. */
    session?: SessionOutcome;
  }
}

/** The outcome of an exec or attach session, for the audit log. */
export interface SessionOutcome {
  readonly end: SessionEnd;
  /** The code of the error that ended the session. */
  readonly code: string | null;
}

/** The default: a client that disconnects sends no reason. */
export const leftByClient: SessionOutcome = { end: { cut: 'client' }, code: null };
export const notAllowedAnyMore: SessionOutcome = { end: { cut: 'access' }, code: 'forbidden' };

/** Derived from the status that the client gets. */
export function outcomeOf(status: ExecStatus): SessionOutcome {
  if ('exit_code' in status) return { end: { exit_code: status.exit_code }, code: null };
  if ('detached' in status) return { end: { detached: true }, code: null };
  const { code } = status;
  return { end: { cut: code === 'server_stopping' ? 'server' : 'error' }, code };
}
