import { presentable } from '../../model/daemon-words.ts';
/** The engine answered, and the answer was no. Its words are safe to show, for this is logged as the cause of things. */
export class EngineHttpError extends Error {
  /** HTTP's; 0 where the refusal came in the middle of a stream. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(presentable(message));
    this.name = 'EngineHttpError';
    this.status = status;
  }
}

/** The engine answered, and no Docker engine answers so. The message says what came, without what it may quote. */
export class InvalidResponse extends Error {
  constructor(message: string) {
    super(presentable(message));
    this.name = 'InvalidResponse';
  }
}

/** For an answer without words. A redirect is not followed: it could lead anywhere in our network. */
export function nameStatus(status: number): string {
  return status >= 300 && status < 400 && status !== 304
    ? `HTTP ${status}, a redirect, not followed`
    : `HTTP ${status}`;
}

/**
 * How far a request came: not even onto a connection; onto a new one; onto one kept from an earlier call, which the
 * engine may have closed meanwhile; or into the middle of its answer.
 */
export type WirePhase = 'connecting' | 'fresh' | 'kept' | 'answering';

/** No answer came, or only a part of one. */
export class BrokenConnection extends Error {
  /** Node's word for it, such as ECONNREFUSED. */
  readonly code: string;
  readonly phase: WirePhase;

  constructor(cause: unknown, phase: WirePhase) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'BrokenConnection';
    this.code = codeOf(cause);
    this.phase = phase;
  }
}

function codeOf(cause: unknown): string {
  // A name with several addresses fails with one error for each.
  const error = cause instanceof AggregateError ? (cause.errors[0] as unknown) : cause;
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) return 'no answer';
  // During the handshake, OpenSSL's reason is in the text only: later on it would be the code.
  const [, reason] = /SSL routines:[^:]*:([^:]+):/.exec(error.message) ?? [];
  return error.code === 'EPROTO' && reason ? `ERR_SSL_${reason.toUpperCase().replaceAll(' ', '_')}` : error.code;
}
