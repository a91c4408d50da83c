import type { Lifecycle, Request, ResponseToolkit } from '@hapi/hapi';
import type { ProcessStream } from '../../model/process-stream.ts';
import type { Cluster } from '../../state/cluster.ts';
import { answerStream } from '../stream-answer.ts';
import { untilClosed } from '../until-gone.ts';
import { hijackOf } from './hijack.ts';
import { framed, type RequestedStreams, serveStreams } from './serve-streams.ts';
import { minorOf } from './versions.ts';

export interface AnsweredProcess {
  readonly cluster: Pick<Cluster, 'logger' | 'cache'>;
  readonly stopping: AbortSignal;
  readonly hasTerminal: boolean;
  readonly requested: RequestedStreams;
  open(signal: AbortSignal): Promise<ProcessStream>;
}

/** Docker tells them apart since API 1.42. */
const types = { frames: 'application/vnd.docker.multiplexed-stream', raw: 'application/vnd.docker.raw-stream' };
const firstWithFrames = 42;

/** The streams of a process: over the connection itself where the client asked for it, else its output as an answer. */
export async function answerProcess(
  request: Pick<Request, 'app' | 'raw' | 'info'>,
  h: Pick<ResponseToolkit, 'response'>,
  { cluster, stopping, hasTerminal, requested, open }: AnsweredProcess,
): Promise<Lifecycle.ReturnValue> {
  const type = !hasTerminal && minorOf(request, cluster) >= firstWithFrames ? types.frames : types.raw;
  const hijack = hijackOf(request);
  if (!hijack) {
    return await answerStream(request, h, stopping, {
      type,
      open: async (signal) => {
        const process = await open(signal);
        signal.addEventListener('abort', () => process.destroy(), { once: true });
        if (requested.stdin) process.closeInput();
        return framed(process.output, { requested, hasTerminal });
      },
    });
  }
  const process = await open(AbortSignal.any([untilClosed(hijack.socket), stopping]));
  hijack.type = type;
  hijack.serve = (socket, ended) => {
    const { logger } = cluster;
    void serveStreams(socket, process, { logger, requested, hasTerminal, ended });
  };
  return h.response();
}
