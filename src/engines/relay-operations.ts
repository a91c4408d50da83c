import type { StreamUse } from './stream-use.ts';

/** A call of Docker's own API that changes nothing, for a door that speaks it: it may be made again. Path and query are made by whoever calls, of what was checked. */
export interface RelayRequest {
  readonly method: 'GET' | 'HEAD' | 'POST';
  /** Without a version. */
  readonly path: string;
  readonly query?: URLSearchParams | undefined;
  /** The version of the API that is spoken, like `1.41`: the engine translates. Left out: the newest that both know. */
  readonly version?: string | undefined;
  /** Of an answer that goes on for as long as it is read. */
  readonly use?: StreamUse | undefined;
  /** Of logs: the client that reads them. */
  readonly reader?: string | undefined;
  /** Of a call that takes longer to answer than a list may. */
  readonly limitMs?: number | undefined;
}

/** An answer that has begun, of any status: to be read to its end, or to be ended by the signal. */
export interface RelayAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** As fast as it is read. */
  readonly bytes: AsyncIterable<Buffer>;
}

export interface RelayOperations {
  /** Docker's own answer, whatever it says. Throws as every call, and `too_many_readers`. */
  relay(request: RelayRequest, signal: AbortSignal): Promise<RelayAnswer>;
}
