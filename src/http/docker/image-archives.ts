import type { Readable } from 'node:stream';
import type { Server } from '@hapi/hapi';
import type { LoadLine } from '../../api/engine-image.ts';
import { loadEngineImages } from '../../commands/engine-images/load-engine-images.ts';
import { findImageEngines } from '../../commands/relay/find-image-engines.ts';
import { relayToEngine } from '../../commands/relay/relay-to-engine.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { needs } from '../route-rules.ts';
import { answerTar } from '../tar-answer.ts';
import { untilStop } from '../until-stop.ts';
import { streamedPayload, uploaded } from '../uploaded.ts';
import { nameIn, type OfImage } from './image-names.ts';
import { answerProgress, failureLine, failuresOf, progressLine } from './progress-lines.ts';
import type { Query } from './query.ts';

/** An engine collects the whole archive before it begins. */
const collectingMs = 600_000;
const maxNames = 100;

/** Images out of an engine, and onto all of them. */
export function imageArchiveRoutes(server: Server, cluster: Cluster): void {
  const stopping = untilStop(server);
  const save = async (names: readonly string[], version: string | undefined, signal: AbortSignal) => {
    const [engine] = await findImageEngines(cluster, names, signal);
    const query = new URLSearchParams(names.map((name): [string, string] => ['names', name]));
    const asked = { method: 'GET', path: '/images/get', query, version, use: 'transfers' } as const;
    return (await relayToEngine(cluster, engine, { ...asked, limitMs: collectingMs }, signal)).bytes;
  };
  server.route<OfImage>({
    method: 'GET',
    path: '/images/{name}/get',
    options: { plugins: needs('export', 'engine-image') },
    handler: (request, h) => {
      const names = [nameIn(request.params.name)];
      return answerTar(request, h, stopping, (signal) => save(names, request.app.dockerVersion, signal));
    },
  });
  server.route<{ Query: Query }>({
    method: 'GET',
    path: '/images/get',
    options: { plugins: needs('export', 'engine-image') },
    handler: (request, h) => {
      const names = namesIn(request.query);
      return answerTar(request, h, stopping, (signal) => save(names, request.app.dockerVersion, signal));
    },
  });
  server.route<{ Query: Query; Payload: Readable }>({
    method: 'POST',
    path: '/images/load',
    options: { plugins: needs('import', 'engine-image'), payload: streamedPayload },
    handler: (request, h) => {
      const loaded: string[] = [];
      const load = (signal: AbortSignal) =>
        loadEngineImages(
          cluster,
          {
            to: [],
            open: async () => uploaded(request.payload),
            onRead: ({ images }) => loaded.push(...images.flatMap(({ id, tags }) => loadedImageLines(id, tags))),
          },
          signal,
        );
      return answerProgress(request, h, stopping, async (signal) => streamLoad(load(signal), loaded));
    },
  });
}

/** In docker's words, which clients read the names out of. */
function loadedImageLines(id: string, tags: readonly string[]): string[] {
  return tags.length > 0 ? tags.map((tag) => `Loaded image: ${tag}`) : [`Loaded image ID: ${id}`];
}

/** How far each engine is, and what was loaded; an error where one engine failed. */
export async function* streamLoad(lines: AsyncIterable<LoadLine>, loaded: readonly string[]): AsyncGenerator<Buffer> {
  for await (const each of lines) {
    if (!('engine' in each)) {
      const failure = failuresOf(each.engines);
      if (failure !== undefined) yield failureLine(failure);
      else for (const sentence of loaded) yield progressLine({ stream: `${sentence}\n` });
    } else if ('ok' in each) {
      yield progressLine({ id: each.engine, status: each.ok ? `Load complete (${each.status})` : each.message });
    } else {
      yield progressLine({ id: each.engine, status: each.status, progressDetail: { current: each.sent_bytes } });
    }
  }
}

/** Throws `invalid`. */
function namesIn({ names }: Query): readonly string[] {
  const list = [names].flat().filter((name) => typeof name === 'string');
  if (list.length > 0 && list.length <= maxNames) return list.map(nameIn);
  throw new SatsumaError('invalid', `names must be 1 to ${maxNames} images`);
}
