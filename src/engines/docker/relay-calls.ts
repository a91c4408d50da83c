import type { Duplex } from 'node:stream';
import type { RelayAnswer, RelayOperations, RelayRequest, TunnelRequest } from '../relay-operations.ts';
import { withoutWaiting } from './deadline.ts';
import { EngineCaller } from './engine-caller.ts';
import { openSocket } from './modem.ts';
import { chunksOf, logSlicesOf } from './wire.ts';

/** Calls that are forwarded unmodified. */
export abstract class DockerRelay extends EngineCaller implements RelayOperations {
  relay({ query, limitMs, use, body, ...request }: RelayRequest, signal: AbortSignal): Promise<RelayAnswer> {
    const subject = `${request.method} ${request.path}`;
    return this.call('relay', {
      limitMs: limitMs ?? this.deadlines.listMs,
      subject,
      // The deadline covers the start of the response; after that, only the caller's signal ends it.
      run: async (_, deadline, connection) => {
        const path = query === undefined || query.size === 0 ? request.path : `${request.path}?${query}`;
        const until = AbortSignal.any([signal, deadline.signal]);
        const sent = { ...request, path, isStream: use, ...(body && { body: withoutWaiting(body, deadline) }) };
        const { response } = await connection.exchange(sent, until);
        const bytes = use === 'logs' ? logSlicesOf(response) : chunksOf(response);
        return {
          status: response.statusCode ?? 0,
          headers: response.headers,
          bytes: this.translated(bytes, 'relay', subject),
        };
      },
    });
  }

  tunnel(request: TunnelRequest, signal: AbortSignal): Promise<Duplex> {
    return this.call('tunnel', {
      limitMs: this.deadlines.startMs,
      subject: request.path,
      run: (_, deadline, connection) => openSocket(connection, AbortSignal.any([signal, deadline.signal]), request),
    });
  }
}
