import type { Duplex } from 'node:stream';
import { SatsumaError } from '../../model/errors.ts';
import type { RelayAnswer, RelayOperations, RelayRequest, TunnelRequest } from '../relay-operations.ts';
import { withoutWaiting } from './deadline.ts';
import { EngineCaller } from './engine-caller.ts';
import { openSocket, refusalIn } from './modem.ts';
import { chunksOf, logSlicesOf, type WireAnswer } from './wire.ts';

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
        const answer = await connection.exchange(sent, until);
        const { response } = answer;
        const bytes = use === 'logs' ? logSlicesOf(response) : chunksOf(response);
        return {
          status: response.statusCode ?? 0,
          headers: response.headers,
          bytes: this.translated(bytes, 'relay', subject),
          refusal: () => this.settled(refusedBy(answer), 'relay', subject),
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

/** In Docker's words alone: whoever asked named no engine. */
async function refusedBy(answer: WireAnswer): Promise<SatsumaError> {
  const cause = await refusalIn(answer);
  return new SatsumaError('engine_refused', cause.message, { cause });
}
