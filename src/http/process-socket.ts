import type { WebSocket } from 'ws';
import type { ExecStatus, MovedContainer } from '../api/exec.ts';
import { type Channel, channels } from '../api/process-channels.ts';
import type { Logger } from '../logging/logger.ts';
import { isSatsumaError, type SatsumaError } from '../model/errors.ts';
import type { ProcessEnd, ProcessStream } from '../model/process-stream.ts';
import { keepAlive } from './keep-alive.ts';
import { followInput } from './process-input.ts';
import { leftByClient, outcomeOf, type SessionOutcome } from './session-outcome.ts';

interface ProcessServer {
  /** Aborts when the server stops. */
  readonly stopping: AbortSignal;
  readonly logger: Logger;
  /** The error as the caller may see it. */
  visibleError(error: SatsumaError): SatsumaError;
  /** `moved`: tells the client the container's new engine. */
  open(signal: AbortSignal, moved: (to: MovedContainer) => Promise<void>): Promise<ProcessStream>;
  /** Called once, before the last message is sent, which a stalled client could block. */
  ended(outcome: SessionOutcome): void;
}

/** WebSocket close codes: normal closure, and internal error. */
const over = 1000;
const failed = 1011;

/**
 * Connects a process and a WebSocket until one of them ends. The first byte of a message is its channel; the last
 * message has the result. Applies backpressure in both directions.
 */
export async function serveProcess(
  socket: WebSocket,
  { stopping, logger, visibleError, open, ended }: ProcessServer,
): Promise<void> {
  const gone = new AbortController();
  socket.once('close', () => gone.abort());
  // An error closes the connection, which is handled by the close event.
  socket.on('error', () => undefined);
  const kept = keepAlive(socket);
  // Messages wait until the process is ready.
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
  // A result that comes after the client disconnected is not the reason of the end.
  const isOpen = socket.readyState === socket.OPEN;
  ended('code' in status && !isOpen ? leftByClient : outcomeOf(status));
  if (!isOpen) return;
  await send(socket, 'status', Buffer.from(JSON.stringify(status))).catch(() => undefined);
  socket.resume();
  socket.close('code' in status ? failed : over);
}

/** Resolves when the message was sent. Throws if the connection is closed. */
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
  if (stopping.aborted) return { code: 'server_stopping', message: 'the server is stopping; the process continues' };
  if (isSatsumaError(error)) {
    const { code, message, details } = error;
    // Only `unschedulable` needs its details: they list the reason of each engine.
    return code === 'unschedulable' ? { code, message, details } : { code, message };
  }
  // A client that has disconnected does not get this message.
  logger.debug({ err: error }, 'connection to a process lost');
  return { code: 'internal', message: 'the connection to the process broke off' };
}
