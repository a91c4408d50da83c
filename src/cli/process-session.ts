import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import type { ExecStatus, MovedContainer } from '../api/exec.ts';
import { channels, processProtocol } from '../api/process-channels.ts';
import type { Credentials } from '../config/credentials.ts';
import { ApiError, answerOf, authority, authorization, ServerAwayError } from './api-client.ts';
import type { Io } from './io.ts';
import type { OutputWriter } from './write-output.ts';

export interface Session {
  readonly io: Io;
  readonly write: OutputWriter;
  /** Forwards standard input to the process. */
  readonly isInteractive: boolean;
  readonly hasTerminal: boolean;
  /** Called if the container was started on another engine than its own. */
  readonly moved?: (to: MovedContainer) => void;
  /** Aborts to detach from the process. */
  readonly signal?: AbortSignal;
}

export type OpenSession = (path: string, session: Session) => Promise<ExecStatus>;

/** A server pings every ten seconds. */
const watchMs = 10_000;
const maxQuietTurns = 4;
/** WebSocket close code of a connection that was closed without a close frame. */
const abnormal = 1006;

/**
 * Connects this process's streams to a container's process, until it ends or is detached. Throws ServerAwayError, and
 * ApiError also when the connection breaks.
 */
export function sessionAt(host: string, credentials: Credentials = {}): OpenSession {
  return async (path, session) => {
    const socket = await connect(new URL(path, `${host.replace(/^http/, 'ws')}/`), host, credentials);
    const { io, isInteractive, hasTerminal, signal } = session;
    const leave = () => socket.terminate();
    signal?.addEventListener('abort', leave, { once: true });
    if (signal?.aborted) leave();
    const stopWatching = watchServer(socket);
    const isRaw = hasTerminal && isInteractive && io.input?.isTerminal === true;
    const stopSizing = hasTerminal ? keepSize(socket, io) : () => undefined;
    if (isRaw) io.input?.setRaw(true);
    try {
      if (isInteractive) void sendInput(socket, io).catch(() => undefined);
      return await followOutput(socket, session);
    } finally {
      if (isRaw) io.input?.setRaw(false);
      stopSizing();
      stopWatching();
      signal?.removeEventListener('abort', leave);
      io.input?.close();
      socket.terminate();
    }
  };
}

async function connect(url: URL, host: string, credentials: Credentials): Promise<WebSocket> {
  const { WebSocket } = await import('ws');
  const socket = new WebSocket(url, processProtocol, {
    perMessageDeflate: false,
    headers: authorization(credentials),
    ...authority(credentials),
  });
  return await new Promise((resolve, reject) => {
    socket.once('open', () => {
      socket.off('error', reject);
      // An error also closes the connection, which is handled there.
      socket.on('error', () => undefined);
      resolve(socket);
    });
    socket.once('error', (error) => reject(new ServerAwayError(host, error)));
    socket.once('unexpected-response', (_request, response: IncomingMessage) => {
      answerOf(response, host).then(({ status, answer }) => {
        reject(new ApiError(status, String(answer.data), answer.details));
        socket.terminate();
      }, reject);
    });
  });
}

/**
 * Closes the connection to a server that has stopped pinging, for example after its machine failed. While the socket is
 * not read, because the output is blocked, pings cannot be seen. Counts intervals instead of time, because this program
 * may be suspended.
 */
function watchServer(socket: WebSocket): () => void {
  let quietTurns = 0;
  for (const event of ['ping', 'message'] as const) {
    socket.on(event, () => {
      quietTurns = 0;
    });
  }
  const timer = setInterval(() => {
    quietTurns = socket.isPaused ? 0 : quietTurns + 1;
    if (quietTurns > maxQuietTurns) socket.terminate();
  }, watchMs);
  return () => clearInterval(timer);
}

/** Sends standard input to its end, and signals the end to the process. */
async function sendInput(socket: WebSocket, { input }: Io): Promise<void> {
  if (!input) return;
  for await (const bytes of input.read()) await send(socket, channels.stdin, bytes);
  await send(socket, channels.close, Buffer.from([channels.stdin]));
}

/** Resolves when the message was sent. */
function send(socket: WebSocket, channel: number, bytes: Buffer): Promise<void> {
  const message = Buffer.concat([Buffer.from([channel]), bytes]);
  return new Promise((resolve, reject) => socket.send(message, (error) => (error ? reject(error) : resolve())));
}

function followOutput(socket: WebSocket, { write, moved }: Session): Promise<ExecStatus> {
  return new Promise((resolve, reject) => {
    let written = Promise.resolve();
    let waiting = 0;
    const pass = async (stream: 'stdout' | 'stderr', bytes: Buffer) => {
      if (!(await write(stream, bytes))) socket.terminate();
      waiting -= 1;
      if (waiting === 0) socket.resume();
    };
    socket.on('message', (data) => {
      const message = data as Buffer;
      const bytes = message.subarray(1);
      if (message[0] === channels.status) {
        const status = JSON.parse(bytes.toString()) as ExecStatus;
        void written.then(() => resolve(status));
      } else if (message[0] === channels.moved) {
        moved?.(JSON.parse(bytes.toString()) as MovedContainer);
      } else if (message[0] === channels.stdout || message[0] === channels.stderr) {
        const stream = message[0] === channels.stdout ? 'stdout' : 'stderr';
        waiting += 1;
        socket.pause();
        written = written.then(() => pass(stream, bytes));
      }
    });
    socket.once('close', (code, reason) => {
      const why = code === abnormal ? '' : ` (${code}${reason.length > 0 ? `, ${reason}` : ''})`;
      const error = new ApiError(
        502,
        `the connection to the server was lost${why}: the process may still be running`,
        undefined,
      );
      void written.then(() => reject(error));
    });
  });
}

/** Sends the size of the terminal, now and after each change. */
function keepSize(socket: WebSocket, io: Io): () => void {
  const sendSize = () => {
    const { rows, columns } = io.terminal?.() ?? {};
    if (rows && columns)
      void send(socket, channels.resize, Buffer.from(JSON.stringify({ rows, columns }))).catch(() => undefined);
  };
  sendSize();
  return io.onResize?.(sendSize) ?? (() => undefined);
}
