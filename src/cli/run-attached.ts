import type { RunningContainer } from '../api/container.ts';
import { isSatsumaError, SatsumaError } from '../model/errors.ts';
import { type ApiClient, ApiError, type ApiStream } from './api-client.ts';
import { ProgramEnd } from './exit-codes.ts';
import { type AttachContext, type FollowOptions, followContainer, type StreamName } from './follow-container.ts';
import { withPullProgress } from './follow-pulls.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import type { OutputFlags } from './output.ts';
import { exitCodeOfStart, exitLikeProcess, refuseNoTerminal } from './session-end.ts';

export interface AttachFlags extends OutputFlags {
  readonly detach?: boolean;
  readonly tty?: boolean;
  readonly interactive?: boolean;
  readonly attach?: readonly StreamName[];
  readonly detachKeys?: string;
  readonly sigProxy?: string;
  readonly count?: number;
  readonly atomic?: boolean;
}

interface AttachedRunContext extends AttachContext {
  readonly api: ApiClient;
  readonly stream: ApiStream;
}

/** The streams to attach. Undefined: run in the background. Throws `invalid` for conflicting options. */
export function attachedStreams(io: Io, flags: AttachFlags): readonly StreamName[] | undefined {
  const { detach, tty = false, interactive = false, attach, count, atomic, json } = flags;
  if (detach && attach) throw new SatsumaError('invalid', '-a and -d cannot be combined');
  if (detach || !(tty || interactive || attach)) return undefined;
  if (count !== undefined || atomic)
    throw new SatsumaError('invalid', 'only one container can run in the foreground: use -d with --count or --atomic');
  if (json) throw new SatsumaError('invalid', '--json needs -d: in the foreground the output is that of the container');
  if (attach?.includes('stdin') && !interactive) throw new SatsumaError('invalid', 'attaching standard input needs -i');
  const streams = attach ?? (['stdout', 'stderr', ...(interactive ? (['stdin'] as const) : [])] as const);
  refuseNoTerminal(io, { interactive: streams.includes('stdin'), tty });
  return streams;
}

/** Closes the container's standard input with ours, as in docker. */
export function withInputOnce(body: object, streams: readonly StreamName[]): object {
  if (!streams.includes('stdin')) return body;
  const { docker } = body as { readonly docker?: object };
  return { ...body, docker: { ...docker, StdinOnce: true } };
}

/**
 * Runs a container in the foreground: creates it, attaches, and then starts it, so that no output is lost. If it cannot
 * be started, it is removed. Throws ProgramEnd, ApiError, `invalid`.
 */
export async function runAttached(
  { api, stream, session }: AttachedRunContext,
  io: Io,
  asked: object,
  options: FollowOptions,
) {
  const { data } = await withPullProgress({ api, stream, io }, asked, (progress) =>
    api('POST', 'apiv1/container?start=false', asked, progress),
  );
  let { id } = data as RunningContainer;
  const moved = (to: string) => {
    id = to;
  };
  const status = await followContainer({ api, session }, io, id, { ...options, isStarted: true, moved }).catch(
    async (error: unknown) => {
      if (isRefusal(error)) await removeUnstarted(api, id);
      throw error;
    },
  );
  if (!('code' in status)) return exitLikeProcess(io, status);
  await removeUnstarted(api, id);
  const exitCode = exitCodeOfStart(status.message);
  if (exitCode === undefined) return exitLikeProcess(io, status);
  io.stderr(line`satsuma: ${status.message}`);
  throw new ProgramEnd(exitCode);
}

/** The request was refused before anything was done. */
function isRefusal(error: unknown): boolean {
  return isSatsumaError(error) || (error instanceof ApiError && error.status < 500);
}

/** If it cannot be removed now, the server removes it later. */
async function removeUnstarted(api: ApiClient, id: string): Promise<void> {
  try {
    const { data } = await api('GET', `apiv1/container/${id}?consistent=true`);
    if (data.state === 'created') await api('DELETE', `apiv1/container/${id}`);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
}
