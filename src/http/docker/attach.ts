import type { Request, Server } from '@hapi/hapi';
import { attachContainer } from '../../commands/containers/attach-container.ts';
import { inspectDocument } from '../../commands/containers/inspect-container.ts';
import { SatsumaError } from '../../model/errors.ts';
import { detachKey } from '../../model/process-stream.ts';
import type { Cluster } from '../../state/cluster.ts';
import { requireBesides } from '../access-guard.ts';
import { needs } from '../route-rules.ts';
import { recordedOwner } from '../under-policy.ts';
import { untilClosed } from '../until-gone.ts';
import { untilStop } from '../until-stop.ts';
import { noBody } from '../validation.ts';
import { streamOver, upgradeOf } from '../web-sockets.ts';
import { type AnsweredProcess, answerProcess } from './answer-process.ts';
import type { OfContainer } from './lifecycle.ts';
import { flagIn, textIn } from './query.ts';
import { type RequestedStreams, serveStreams } from './serve-streams.ts';
import { minorOf } from './versions.ts';

const detachKeys = new RegExp(`^${detachKey}(,${detachKey}){0,15}$`);
/** Before it, a WebSocket had all streams, whatever was asked for. */
const firstWithStreams = 42;
const allStreams: RequestedStreams = { stdin: true, stdout: true, stderr: true };

type Attached = Omit<AnsweredProcess, 'cluster' | 'stopping'>;

/** The streams of a container that runs, or of one that whoever attaches starts then. */
export function attachRoutes(server: Server, cluster: Cluster): void {
  const stopping = untilStop(server);
  const { logger } = cluster;
  server.route<OfContainer>({
    method: 'POST',
    path: '/containers/{container}/attach',
    options: {
      plugins: { hijack: 'tcp', ...needs('attach', 'container') },
      payload: noBody,
    },
    handler: async (request, h) => {
      const attached = await attachedIn(cluster, request, streamsIn(request));
      return await answerProcess(request, h, { cluster, stopping, ...attached });
    },
  });
  server.route<OfContainer>({
    method: 'GET',
    path: '/containers/{container}/attach/ws',
    options: { plugins: { webSocket: true, ...needs('attach', 'container') } },
    handler: async (request, h) => {
      const upgrade = upgradeOf(request);
      if (!upgrade) throw new SatsumaError('invalid', 'this endpoint needs a WebSocket');
      const streams = minorOf(request, cluster) < firstWithStreams ? allStreams : streamsIn(request);
      const { requested, open } = await attachedIn(cluster, request, streams);
      const process = await open(AbortSignal.any([untilClosed(upgrade.socket), stopping]));
      upgrade.serve = (socket, ended) => {
        // Docker has no frames of its own here.
        const served = { logger, requested, hasTerminal: true, ended };
        void serveStreams(streamOver(socket, upgrade), process, served);
      };
      return h.response().code(200);
    },
  });
}

/** Throws as `inspectDocument`, `invalid`, `forbidden`. */
async function attachedIn(
  cluster: Cluster,
  request: Request<OfContainer>,
  { stdin, stdout, stderr }: RequestedStreams,
): Promise<Attached> {
  const { params, query } = request;
  const [logs, follow] = [flagIn(query, 'logs'), flagIn(query, 'stream')];
  if (logs) requireBesides(cluster, request, { verb: 'logs', noun: 'container' });
  const keys = detachKeysIn(textIn(query, 'detachKeys'));
  const hasTerminal = hasTerminalIn(await inspectDocument(cluster, params.container));
  const owner = recordedOwner(cluster, request);
  const asked = { stdin, logs, follow, isAwaited: true, owner, ...(keys !== undefined && { detach_keys: keys }) };
  return {
    ...{ hasTerminal, requested: { stdin, stdout, stderr: stderr || hasTerminal } },
    open: (signal) => attachContainer(cluster, params.container, asked, signal),
  };
}

function streamsIn({ query }: Request<OfContainer>): RequestedStreams {
  return { stdin: flagIn(query, 'stdin'), stdout: flagIn(query, 'stdout'), stderr: flagIn(query, 'stderr') };
}

export function detachKeysIn(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  if (detachKeys.test(text)) return text;
  throw new SatsumaError('invalid', 'detachKeys must be like ctrl-p,ctrl-q');
}

function hasTerminalIn(document: unknown): boolean {
  const { Config } = Object(document) as { readonly Config?: { readonly Tty?: unknown } };
  return Config?.Tty === true;
}
