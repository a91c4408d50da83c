import { redactDaemonMessage } from '../../model/daemon-message.ts';
/** The engine responded with an error. Its message is sanitized, because it is logged as the cause of other errors. */
export class EngineHttpError extends Error {
  /** The HTTP status; 0 for an error within a stream. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(redactDaemonMessage(message));
    this.name = 'EngineHttpError';
    this.status = status;
  }
}

/** The engine's response does not match Docker's API. The message is sanitized. */
export class InvalidResponse extends Error {
  constructor(message: string) {
    super(redactDaemonMessage(message));
    this.name = 'InvalidResponse';
  }
}

/**
 * For an error response without a message. Redirects are not followed: they could lead anywhere in the internal
 * network.
 */
export function nameStatus(status: number): string {
  return status >= 300 && status < 400 && status !== 304
    ? `HTTP ${status}, a redirect, not followed`
    : `HTTP ${status}`;
}

/**
 * How far a request got: not connected; on a new connection; on a reused connection, which the engine may have closed
 * meanwhile; or within the response.
 */
export type WirePhase = 'connecting' | 'fresh' | 'kept' | 'answering';

/** No response, or an incomplete one. */
export class BrokenConnection extends Error {
  /** Node's error code, such as ECONNREFUSED. */
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
  // A name with several addresses fails with one error per address.
  const error = cause instanceof AggregateError ? (cause.errors[0] as unknown) : cause;
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) return 'no answer';
  // During the handshake, only the message holds OpenSSL's reason; afterwards the code does.
  const [, reason] = /SSL routines:[^:]*:([^:]+):/.exec(error.message) ?? [];
  return error.code === 'EPROTO' && reason ? `ERR_SSL_${reason.toUpperCase().replaceAll(' ', '_')}` : error.code;
}
