import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import type { Logger } from '../../logging/logger.ts';
import { isSatsumaError } from '../../model/errors.ts';
import type { Output, ProcessStream } from '../../model/process-stream.ts';
import { leftByClient, outcomeOf, type SessionOutcome } from '../session-outcome.ts';

/** Which streams the client asked for. */
export interface RequestedStreams {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
}

interface StreamServer {
  readonly logger: Logger;
  readonly requested: RequestedStreams;
  /** With a terminal, output has no frames. */
  readonly hasTerminal: boolean;
  ended(outcome: SessionOutcome): void;
}

const numbers = { stdout: 1, stderr: 2 } as const;

/** The standard streams of a process over a client's connection, until one of them ends. No more is read of either side than the other one takes. */
export async function serveStreams(
  socket: Duplex,
  process: ProcessStream,
  { logger, requested, hasTerminal, ended }: StreamServer,
): Promise<void> {
  let outcome: SessionOutcome = leftByClient;
  void feed(socket, process, requested.stdin).catch(() => undefined);
  try {
    for await (const bytes of framed(process.output, { requested, hasTerminal })) await send(socket, bytes);
    socket.end();
    const end = await process.end();
    outcome = outcomeOf('exitCode' in end ? { exit_code: end.exitCode } : { detached: true });
  } catch (error) {
    if (!socket.destroyed)
      outcome = outcomeOf(
        isSatsumaError(error) ? { code: error.code, message: error.message } : { code: 'internal', message: '' },
      );
    logger.debug({ err: error }, 'a process was left');
  } finally {
    process.destroy();
    leave(socket);
  }
  ended(outcome);
}

/** Output as Docker sends it: each piece behind a head with its stream and its length, unless it is of a terminal. */
export async function* framed(
  output: AsyncIterable<Output>,
  { requested, hasTerminal }: Pick<StreamServer, 'requested' | 'hasTerminal'>,
): AsyncGenerator<Buffer> {
  for await (const { stream, bytes } of output) {
    if (!requested[stream]) continue;
    if (hasTerminal) {
      yield bytes;
      continue;
    }
    const frame = Buffer.allocUnsafe(8 + bytes.length);
    frame.writeUInt32BE(numbers[stream] * 2 ** 24, 0);
    frame.writeUInt32BE(bytes.length, 4);
    bytes.copy(frame, 8);
    yield frame;
  }
}

/** The iterator must leave the connection as it is: its other direction goes on. */
async function feed(socket: Duplex, process: ProcessStream, isSelected: boolean): Promise<void> {
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    if (isSelected) await process.write(chunk as Buffer);
  }
  if (isSelected) process.closeInput();
}

/** A client has so long to end its side. */
const goodbyeMs = 5_000;

function leave(socket: Duplex): void {
  socket.end();
  const timer = setTimeout(() => socket.destroy(), goodbyeMs).unref();
  socket.once('close', () => clearTimeout(timer));
}

/** Resolves when the connection has taken it. Throws where it is gone. */
async function send(socket: Duplex, bytes: Buffer): Promise<void> {
  if (socket.destroyed) throw new Error('the client is gone');
  if (socket.write(bytes)) return;
  const over = new AbortController();
  const { signal } = over;
  try {
    await Promise.race([once(socket, 'drain', { signal }), once(socket, 'close', { signal })]);
  } finally {
    over.abort();
  }
  if (socket.destroyed) throw new Error('the client is gone');
}
