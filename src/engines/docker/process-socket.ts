import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import type { Output, ProcessEnd, ProcessStream, WindowSize } from '../../model/process-stream.ts';
import { framedOutput, plainOutput } from './output.ts';

/** Operations that use other connections than the process's own. */
interface ProcessControl {
  translated(output: AsyncIterable<Output>): AsyncIterable<Output>;
  resize(size: WindowSize): Promise<void>;
  end(): Promise<ProcessEnd>;
}

/** The standard streams of a process over its connection. */
export function processOver(socket: Duplex, hasTerminal: boolean, control: ProcessControl): ProcessStream {
  const output = hasTerminal ? plainOutput(socket) : framedOutput(socket);
  // Concurrent writes share one wait for the drain event.
  let room: Promise<void> | undefined;
  return {
    output: control.translated(output),
    async write(bytes) {
      if (!socket.writable) return;
      if (socket.write(bytes)) return;
      room ??= untilWritable(socket).finally(() => {
        room = undefined;
      });
      await room;
    },
    closeInput: () => void socket.end(),
    resize: (size) => control.resize(size),
    end: () => control.end(),
    destroy: () => void socket.destroy(),
  };
}

/** Resolves when the socket is writable again, or the process has ended. */
async function untilWritable(socket: Duplex): Promise<void> {
  const over = new AbortController();
  const { signal } = over;
  try {
    await Promise.race([once(socket, 'drain', { signal }), once(socket, 'close', { signal })]);
  } finally {
    over.abort();
  }
}
