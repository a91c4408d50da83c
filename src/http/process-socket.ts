import type { WebSocket } from 'ws';
import type { ExecStatus, MovedContainer } from '../api/exec.ts';
import { type Channel, channels } from '../api/process-channels.ts';
import type { Logger } from '../logging/logger.ts';
import { isSatsumaError, type SatsumaError } from '../model/errors.ts';
import type { ProcessEnd, ProcessStream } from '../model/process-stream.ts';
import { keepAlive } from './keep-alive.ts';
import { followInput } from './process-input.ts';
import { leftByClient, outcomeOf, type SessionOutcome } from './session-outcome.ts';

export interface ProcessServer {
  /** Aborts when the server stops. */
  readonly stopping: AbortSignal;
  readonly logger: Logger;
  /** What whoever asks is told of an error. */
  visibleError(error: SatsumaError): SatsumaError;
  /** `moved`: tells the client where the container is by now. */
  open(signal: AbortSignal, moved: (to: MovedContainer) => Promise<void>): Promise<ProcessStream>;
  /** Called once, before a client that reads nothing can hold it up. */
  ended(outcome: SessionOutcome): void;
}

/** WebSocket's own codes: it is over, and the server failed. */
const over = 1000;
const failed = 1011;

/**
 * A process over a WebSocket, until one of them ends: the first byte of each message is its channel. Whatever ends it is told in
 * the last message. No more is read of either side than the other one takes.
 */
export async function serveProcess(
  socket: WebSocket,
  { stopping, logger, visibleError, open, ended }: ProcessServer,
): Promise<void> {
  const gone = new AbortController();
  socket.once('close', () => gone.abort());
  // What is wrong with the connection ends it, and that is told.
  socket.on('error', () => undefined);
  const kept = keepAlive(socket);
  // What comes before the process is there waits.
  socket.pause();
  let status: ExecStatus;
  let process: ProcessStream | undefined;
  try {
    const moved = (to: MovedContainer) => send(socket, 'moved', Buffer.from(JSON.stringify(to)));
    process = await open(AbortSignal.any([gone.signal, stopping]), moved);
    followInput(socket, process);
    socket.resume();
    for await (const { stream, bytes } of process.output) {
      kept.noteSent();
      await send(socket, stream, bytes);
    }
    status = statusOf(await process.end());
  } catch (error) {
    status = statusOfError(isSatsumaError(error) ? visibleError(error) : error, stopping, logger);
  } finally {
    kept.stop();
    process?.destroy();
  }
  // What is said when the client is gone is not why.
  const isOpen = socket.readyState === socket.OPEN;
  ended('code' in status && !isOpen ? leftByClient : outcomeOf(status));
  if (!isOpen) return;
  await send(socket, 'status', Buffer.from(JSON.stringify(status))).catch(() => undefined);
  socket.resume();
  socket.close('code' in status ? failed : over);
}

/** Resolves when the connection has taken it. Throws where it is gone. */
function send(socket: WebSocket, channel: Channel, bytes: Buffer): Promise<void> {
  const message = Buffer.allocUnsafe(bytes.length + 1);
  message[0] = channels[channel];
  bytes.copy(message, 1);
  return new Promise((resolve, reject) => {
    socket.send(message, { binary: true }, (error) => (error ? reject(error) : resolve()));
  });
}

function statusOf(end: ProcessEnd): ExecStatus {
  return 'exitCode' in end ? { exit_code: end.exitCode } : { detached: true };
}

function statusOfError(error: unknown, stopping: AbortSignal, logger: Logger): ExecStatus {
  if (stopping.aborted) return { code: 'server_stopping', message: 'the server stops; the process goes on' };
  if (isSatsumaError(error)) {
    const { code, message, details } = error;
    // Why no engine could take it: all else is in the sentence.
    return code === 'unschedulable' ? { code, message, details } : { code, message };
  }
  // A client that has gone is told nothing, whatever is said here.
  logger.debug({ err: error }, 'a process was left');
  return { code: 'internal', message: 'the connection to the process broke off' };
}
