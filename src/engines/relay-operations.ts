import type { StreamUse } from './stream-use.ts';

/**
 * A read-only call of Docker's API, forwarded for the door that speaks it; it may be retried. The caller builds path
 * and query from validated input.
 */
export interface RelayRequest {
  readonly method: 'GET' | 'HEAD' | 'POST';
  /** Without the version prefix. */
  readonly path: string;
  readonly query?: URLSearchParams | undefined;
  /** The API version, like `1.41`: the engine translates. Absent: the negotiated one. */
  readonly version?: string | undefined;
  /** For a streamed response. */
  readonly use?: StreamUse | undefined;
  /** For logs: the client that reads them. */
  readonly reader?: string | undefined;
  /** For a call with a longer timeout than a list. */
  readonly limitMs?: number | undefined;
}

/** A response whose headers have arrived, with any status. Read it to its end, or abort the signal. */
export interface RelayAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Read with backpressure. */
  readonly bytes: AsyncIterable<Buffer>;
}

export interface RelayOperations {
  /** Docker's response with any status. Throws as every call, and `too_many_readers`. */
  relay(request: RelayRequest, signal: AbortSignal): Promise<RelayAnswer>;
}
