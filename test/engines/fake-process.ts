import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { Output, ProcessStream } from '../../src/model/process-stream.ts';

interface FakeOptions {
  readonly stdin: boolean;
  readonly tty?: boolean | undefined;
  readonly signal: AbortSignal;
  /** Begins with `said before`. */
  readonly logs?: boolean | undefined;
  /** False: has only that. */
  readonly follow?: boolean | undefined;
}

/**
 * A process that says what it is on stdout, `err` on stderr, and then what it is told, until its input ends. `exit 3` ends with 3,
 * `bytes` writes what is no text, `hang` goes on for ever, and `flood` writes for ever.
 */
export function fakeProcess(
  cmd: readonly string[],
  { stdin, tty = false, signal, logs = false, follow = true }: FakeOptions,
): ProcessStream {
  const input = new PassThrough();
  signal.addEventListener('abort', () => input.destroy());
  if (signal.aborted) input.destroy();
  const [program, argument] = cmd;
  if (!stdin && program !== 'hang') input.end();
  async function* output(): AsyncGenerator<Output> {
    if (logs) yield { stream: 'stdout', bytes: Buffer.from('said before\n') };
    if (!follow) return;
    if (program === 'bytes') yield { stream: 'stdout', bytes: Buffer.from([0xff, 0xfe]) };
    else yield { stream: 'stdout', bytes: Buffer.from(`ran ${cmd.join(' ')}\n`) };
    yield { stream: tty ? 'stdout' : 'stderr', bytes: Buffer.from('err\n') };
    while (program === 'flood' && !signal.aborted) yield { stream: 'stdout', bytes: Buffer.alloc(64 * 1024, 'a') };
    for await (const bytes of input) yield { stream: 'stdout', bytes };
  }
  let room: Promise<unknown> | undefined;
  return {
    output: output(),
    write: async (bytes) => {
      // As of an engine: whoever writes faster than the process reads waits.
      if (!input.writable || input.write(bytes)) return;
      const over = new AbortController();
      const { signal } = over;
      room ??= Promise.race([once(input, 'drain', { signal }), once(input, 'close', { signal })]).finally(() => {
        over.abort();
        room = undefined;
      });
      await room;
    },
    closeInput: () => void input.end(),
    resize: async () => undefined,
    end: async () => (follow ? { exitCode: program === 'exit' ? Number(argument) : 0 } : { isDetached: true }),
    destroy: () => void input.destroy(),
  };
}
