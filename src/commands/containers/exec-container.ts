import { isUtf8 } from 'node:buffer';
import type { ExecOutput } from '../../api/exec.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { ExecOptions, Output, ProcessEnd, ProcessStream } from '../../model/process-stream.ts';
import { wholeCharacters } from '../../runtime/utf8.ts';
import type { Cluster } from '../../state/cluster.ts';
import { openProcess, type Recorded } from './open-process.ts';

/** Limit per output stream; further output is discarded. */
const maxOutputBytes = 1024 * 1024;
/** Size of the chunks written to the engine, to limit what a stalled engine holds up. */
const sliceBytes = 64 * 1024;

export interface OneShotOptions extends Omit<ExecOptions, 'stdin'>, Recorded {
  readonly input?: Buffer | undefined;
  readonly timeoutSeconds?: number | undefined;
}

interface ExecResult {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly isTruncated: boolean;
}

/** The output of a program, and finally its result. */
export type ExecPart = Output | ProcessEnd;

/**
 * Runs a program in a running container, with its standard streams. Throws as `openProcess`, and `wrong_state`,
 * `invalid`.
 */
export function openExec(
  cluster: Cluster,
  reference: string,
  { owner, ...options }: ExecOptions & Recorded,
  signal: AbortSignal,
): Promise<ProcessStream> {
  return openProcess(cluster, reference, signal, {
    ...{ verb: 'exec', owner, command: options.cmd, isTerminal: options.tty ?? false },
    open: (client, id, until) => client.startExec(id, options, until),
  });
}

/**
 * The same as a stream; resolves when the program was started. Throws `engine_timeout` if it takes longer than its
 * timeout from then on: the program continues, as with docker.
 */
export async function streamExec(
  cluster: Cluster,
  reference: string,
  { input, timeoutSeconds, ...options }: OneShotOptions,
  signal: AbortSignal,
): Promise<AsyncGenerator<ExecPart>> {
  const late = new AbortController();
  const until = AbortSignal.any([signal, late.signal]);
  const process = await openExec(cluster, reference, { ...options, stdin: input !== undefined }, until);
  const timer = timeoutSeconds === undefined ? undefined : setTimeout(() => late.abort(), timeoutSeconds * 1000);
  return parts();

  async function* parts(): AsyncGenerator<ExecPart> {
    try {
      void feed(process, input).catch(() => undefined);
      yield* process.output;
      yield await process.end();
    } catch (error) {
      if (!late.signal.aborted) throw error;
      const message = `the program did not end within ${timeoutSeconds} seconds; it goes on`;
      throw new SatsumaError('engine_timeout', message, { cause: error });
    } finally {
      clearTimeout(timer);
      process.destroy();
    }
  }
}

/** The same as one answer. The details of `engine_timeout` contain the output so far. */
export async function execContainer(
  cluster: Cluster,
  reference: string,
  options: OneShotOptions,
  signal: AbortSignal,
): Promise<ExecResult | Extract<ProcessEnd, { isDetached: true }>> {
  const kept = { stdout: new KeptOutput(), stderr: new KeptOutput() };
  const written = () => ({ stdout: kept.stdout.bytes(), stderr: kept.stderr.bytes() });
  const isTruncated = () => kept.stdout.isTruncated || kept.stderr.isTruncated;
  try {
    for await (const part of await streamExec(cluster, reference, options, signal)) {
      if ('stream' in part) kept[part.stream].add(part.bytes);
      else if ('isDetached' in part && options.detach) return part;
      else if ('exitCode' in part) return { exitCode: part.exitCode, ...written(), isTruncated: isTruncated() };
    }
  } catch (error) {
    if (!(error instanceof SatsumaError) || error.code !== 'engine_timeout') throw error;
    const details = describeOutput({ ...written(), isTruncated: isTruncated() });
    throw new SatsumaError(error.code, error.message, { cause: error, details });
  }
  throw new SatsumaError('wrong_state', 'the program was detached from, and goes on');
}

/** In the API's format. */
export function describeOutput({ stdout, stderr, isTruncated }: Omit<ExecResult, 'exitCode'>): ExecOutput {
  return {
    ...{ stdout: String(stdout), stderr: String(stderr), truncated: isTruncated },
    ...(!isUtf8(stdout) && { stdout_base64: stdout.toString('base64') }),
    ...(!isUtf8(stderr) && { stderr_base64: stderr.toString('base64') }),
  };
}

class KeptOutput {
  readonly #chunks: Buffer[] = [];
  #length = 0;
  isTruncated = false;

  add(bytes: Buffer): void {
    const room = maxOutputBytes - this.#length;
    if (bytes.length > room) this.isTruncated = true;
    if (room <= 0) return;
    // Copied: a slice would keep the whole buffer in memory.
    this.#chunks.push(Buffer.from(bytes.subarray(0, room)));
    this.#length += Math.min(bytes.length, room);
  }

  /** If the output was truncated, without the incomplete character at its end. */
  bytes(): Buffer {
    const kept = Buffer.concat(this.#chunks);
    return this.isTruncated ? kept.subarray(0, wholeCharacters(kept)) : kept;
  }
}

async function feed(process: ProcessStream, input: Buffer | undefined): Promise<void> {
  if (input === undefined) return;
  for (let at = 0; at < input.length; at += sliceBytes) await process.write(input.subarray(at, at + sliceBytes));
  process.closeInput();
}
