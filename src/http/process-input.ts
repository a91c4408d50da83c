import type { RawData, WebSocket } from 'ws';
import { channels } from '../api/process-channels.ts';
import { maxCells, type ProcessStream, type WindowSize } from '../model/process-stream.ts';

/** WebSocket close codes: protocol error, unsupported message type, invalid content. */
const codes = { protocol: 1002, kind: 1003, contents: 1007 } as const;

/** Handles the client's messages. Closes the connection with a reason after an invalid message. */
export function followInput(socket: WebSocket, process: ProcessStream): void {
  const resize = oneAtATime((size: WindowSize) => process.resize(size));
  let waiting = 0;
  let isClosed = false;
  const refuse = (code: number, reason: string) => {
    socket.off('message', follow);
    socket.resume();
    socket.close(code, reason);
  };
  const write = async (bytes: Buffer) => {
    waiting += 1;
    socket.pause();
    await process.write(bytes);
    waiting -= 1;
    if (waiting === 0) socket.resume();
  };
  const follow = (data: RawData, isBinary: boolean) => {
    const message = data as Buffer;
    const [channel, argument] = message.subarray(0, 2);
    if (!isBinary) return refuse(codes.kind, 'a message must be binary');
    if (channel === channels.stdin) {
      if (!isClosed && message.length > 1) void write(message.subarray(1)).catch(() => undefined);
    } else if (channel === channels.resize) {
      const size = sizeIn(message.subarray(1));
      if (!size) return refuse(codes.contents, 'a resize must be like {"rows":24,"columns":80}');
      resize(size);
    } else if (channel === channels.close) {
      if (argument !== channels.stdin) return refuse(codes.protocol, 'only channel 0 can be closed by a client');
      isClosed = true;
      process.closeInput();
    } else {
      refuse(
        codes.protocol,
        channel === undefined ? 'a message without a channel' : `clients cannot send on channel ${channel}`,
      );
    }
  };
  socket.on('message', follow);
}

/** Runs one call at a time; of the calls in the meantime, only the last one. */
function oneAtATime<T>(work: (value: T) => Promise<void>): (value: T) => void {
  let next: { readonly value: T } | undefined;
  let isBusy = false;
  const run = async () => {
    isBusy = true;
    for (let now = next; now; now = next) {
      next = undefined;
      await work(now.value).catch(() => undefined);
    }
    isBusy = false;
  };
  return (value) => {
    next = { value };
    if (!isBusy) void run();
  };
}

function sizeIn(bytes: Buffer): WindowSize | undefined {
  try {
    const { rows, columns } = JSON.parse(bytes.toString());
    const isSize = (cells: unknown) => Number.isInteger(cells) && Number(cells) > 0 && Number(cells) <= maxCells;
    return isSize(rows) && isSize(columns) ? { rows, columns } : undefined;
  } catch {
    return undefined;
  }
}
