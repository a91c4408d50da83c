import type { Duplex } from 'node:stream';
import type { SatsumaError } from '../model/errors.ts';
import type { StreamUse } from './stream-use.ts';

/**
 * A call of Docker's API, forwarded for the door that speaks it; it is retried unless it is a POST. The caller builds path
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
  /** Sent with backpressure; time in which the body itself has no data is not counted. */
  readonly body?: AsyncIterable<Buffer> | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** A bidirectional connection that is forwarded unmodified. */
export interface TunnelRequest {
  /** Without the version prefix. */
  readonly path: string;
  readonly version?: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
}

/** A response whose headers have arrived, with any status. Read it to its end, or abort the signal. */
export interface RelayAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Read with backpressure. */
  readonly bytes: AsyncIterable<Buffer>;
  /** The error that a response of 400 or above stands for, with the engine's own words and the status in its cause. Reads `bytes`. */
  refusal(): Promise<SatsumaError>;
}

export interface RelayOperations {
  /** Docker's response with any status. Throws as every call, and `too_many_readers`. */
  relay(request: RelayRequest, signal: AbortSignal): Promise<RelayAnswer>;
  /** The raw connection, until the signal aborts. Throws as every call, and `too_many_readers`. */
  tunnel(request: TunnelRequest, signal: AbortSignal): Promise<Duplex>;
}
