import type Docker from 'dockerode';
import type { LogOptions } from '../engine-client.ts';
import type { DockerConnection } from './connection.ts';
import { withoutFrames } from './frames.ts';
import { joinPieces } from './log-pieces.ts';
import { streamLogs } from './modem.ts';
import { fieldsOf } from './shape.ts';

interface LogRequest {
  readonly container: Docker.Container;
  readonly options: LogOptions;
  /** How long the engine may be silent during a response; followed logs have no limit. */
  readonly silenceMs: number;
}

/** Opens a container's logs; with a terminal, they have no frames. Resolves when the response starts. */
export async function readLogs(
  connection: DockerConnection,
  signal: AbortSignal,
  { container, options, silenceMs }: LogRequest,
): Promise<AsyncIterable<Buffer>> {
  const { Config } = fieldsOf(await container.inspect(), 'the answer');
  const silent = new AbortController();
  const until = AbortSignal.any([signal, silent.signal]);
  const { reader, ...query } = options;
  const stream = await streamLogs(connection, until, { id: container.id, query, reader });
  const bytes = unframed(stream, {
    hasTerminal: fieldsOf(Config, 'Config').Tty === true,
    hasTimes: options.timestamps,
  });
  return options.follow ? bytes : withSilenceTimeout(bytes, silenceMs, silent);
}

function unframed(
  stream: AsyncIterable<Buffer>,
  { hasTerminal, hasTimes }: { readonly hasTerminal: boolean; readonly hasTimes: boolean },
): AsyncIterable<Buffer> {
  if (!hasTerminal) return withoutFrames(stream, { hasTimes });
  return hasTimes ? joinPieces(stream) : stream;
}

/** Time in which the consumer does not read is not counted. */
export async function* withSilenceTimeout(
  stream: AsyncIterable<Buffer>,
  silenceMs: number,
  silent: AbortController,
): AsyncGenerator<Buffer> {
  let timer = setTimeout(() => silent.abort(), silenceMs);
  try {
    for await (const chunk of stream) {
      clearTimeout(timer);
      yield chunk;
      timer = setTimeout(() => silent.abort(), silenceMs);
    }
  } finally {
    clearTimeout(timer);
  }
}
