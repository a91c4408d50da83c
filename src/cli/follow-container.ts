import { InvalidArgumentError } from 'commander';
import type { ExecStatus } from '../api/exec.ts';
import { type ApiClient, ApiError } from './api-client.ts';
import { IncompleteOperation } from './exit-codes.ts';
import type { Io } from './io.ts';
import type { OpenSession } from './process-session.ts';
import { refuseNoTerminal } from './session-end.ts';
import { outputWriter } from './write-output.ts';

export interface AttachContext {
  readonly api: ApiClient;
  readonly session: OpenSession;
}

export type StreamName = 'stdin' | 'stdout' | 'stderr';

export interface FollowOptions {
  /** The streams to attach. Standard input only if the container has it open. */
  readonly streams: readonly StreamName[];
  readonly detachKeys?: string | undefined;
  readonly sigProxy?: boolean | string | undefined;
  readonly raw?: boolean | undefined;
  /** Starts the container after attaching. */
  readonly isStarted?: boolean;
  /** Called with the new id if the container had to be started on another engine. */
  readonly moved?: ((containerId: string) => void) | undefined;
}

interface Inspected extends Readonly<Record<string, unknown>> {
  readonly Config: { readonly Tty?: boolean; readonly OpenStdin?: boolean };
}

/** The third Ctrl-C leaves a container that ignores it, as in docker. */
const maxInterrupts = 3;

const anyEngine = 'any_engine';

/** Servers of older releases do not know this query parameter. */
function isUnknownQuery(error: unknown): boolean {
  return error instanceof ApiError && error.status === 400 && error.message.includes(anyEngine);
}

/**
 * Connects the container's streams to this process until one of them ends. Throws ApiError, and NotDone after the third
 * Ctrl-C.
 */
export async function followContainer(
  { api, session }: AttachContext,
  io: Io,
  container: string,
  options: FollowOptions,
): Promise<ExecStatus> {
  const { streams, detachKeys, sigProxy, raw, isStarted = false, moved } = options;
  const pathOf = (reference: string) => `apiv1/container/${encodeURIComponent(reference)}` as const;
  const path = pathOf(container);
  let now = container;
  const { Config } = (await api('GET', `${path}/inspect`)).data as Inspected;
  const { Tty: hasTerminal = false, OpenStdin = false } = Config;
  const isInteractive = streams.includes('stdin') && OpenStdin;
  refuseNoTerminal(io, { interactive: isInteractive, tty: hasTerminal });
  const write = outputWriter(io, { isRaw: raw ?? hasTerminal });
  const query = new URLSearchParams({ stdin: String(isInteractive) });
  if (detachKeys !== undefined) query.set('detach_keys', detachKeys);
  if (isStarted) query.set('start', 'true');
  if (moved) query.set(anyEngine, 'true');
  const left = new AbortController();
  let interrupts = 0;
  const passOn = (signal: string) => {
    if (signal === 'INT' || signal === 'TERM') interrupts += 1;
    if (interrupts >= maxInterrupts)
      left.abort(new IncompleteOperation(130, 'detached after three signals: the container may still be running'));
    else void api('POST', `${pathOf(now)}/kill`, { signal }).catch(() => undefined);
  };
  const isProxy = !hasTerminal && String(sigProxy) !== 'false';
  const stop = isProxy ? io.onSignal?.(passOn) : undefined;
  const chosen: typeof write = async (stream, bytes) => !streams.includes(stream) || (await write(stream, bytes));
  try {
    const open = () =>
      session(`${path}/attach/ws?${query}`, {
        ...{ io, write: chosen, isInteractive, hasTerminal, signal: left.signal },
        moved: (to) => {
          now = to.container;
          moved?.(now);
        },
      });
    return await open().catch(async (error: unknown) => {
      if (!isUnknownQuery(error)) throw error;
      query.delete(anyEngine);
      return await open();
    });
  } catch (error) {
    throw left.signal.aborted ? left.signal.reason : error;
  } finally {
    stop?.();
  }
}

/** Parser for docker's `--attach`, which may be repeated. */
export function streamNames(text: string, previous: readonly StreamName[] = []): StreamName[] {
  const name = text.toLowerCase();
  if (name === 'stdin' || name === 'stdout' || name === 'stderr') return [...previous, name];
  throw new InvalidArgumentError('It must be stdin, stdout or stderr.');
}
