import type { RelayAnswer, RelayOperations, RelayRequest } from '../relay-operations.ts';
import { EngineCaller } from './engine-caller.ts';
import { chunksOf, logSlicesOf } from './wire.ts';

/** Calls that are forwarded unmodified. */
export abstract class DockerRelay extends EngineCaller implements RelayOperations {
  relay({ query, limitMs, use, ...request }: RelayRequest, signal: AbortSignal): Promise<RelayAnswer> {
    const subject = `${request.method} ${request.path}`;
    return this.call('relay', {
      limitMs: limitMs ?? this.deadlines.listMs,
      subject,
      // The deadline covers the start of the response; after that, only the caller's signal ends it.
      run: async (_, deadline, connection) => {
        const path = query === undefined || query.size === 0 ? request.path : `${request.path}?${query}`;
        const until = AbortSignal.any([signal, deadline.signal]);
        const { response } = await connection.exchange({ ...request, path, isStream: use }, until);
        const bytes = use === 'logs' ? logSlicesOf(response) : chunksOf(response);
        return {
          status: response.statusCode ?? 0,
          headers: response.headers,
          bytes: this.translated(bytes, 'relay', subject),
        };
      },
    });
  }
}
