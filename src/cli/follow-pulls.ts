import type { ClusterEvent } from '../model/cluster-event.ts';
import { canonicalImageName } from '../model/image-name.ts';
import type { PullSum } from '../model/pull-layers.ts';
import type { ApiClient, ApiStream } from './api-client.ts';
import { layersText, pullBar } from './image-pull-view.ts';
import type { Io } from './io.ts';
import { serverSentEvents } from './server-sent-events.ts';

/** Progress is shown only after this time. */
const silentMs = 1_000;
/** Also shows pulls that began at most this long ago and are still in progress. */
const sinceMs = 60_000;

interface Server {
  readonly api: ApiClient;
  readonly stream: ApiStream;
  readonly io: Io;
}

/** The part of the body of POST /apiv1/container that determines the image. */
interface Asked {
  readonly name?: string;
  readonly from?: string;
  readonly container_name?: string;
}

/** Runs `work`. Its argument provides the progress of the image's pulls for a terminal, once the request takes long. */
export async function withPullProgress<T>(
  server: Server,
  asked: Asked,
  work: (progress: () => string | undefined) => Promise<T>,
): Promise<T> {
  if (server.io.errorTerminal?.() === undefined) return await work(() => undefined);
  const pulls = new Map<string, ClusterEvent>();
  const over = new AbortController();
  // Errors of following are ignored: the request is what matters.
  const timer = setTimeout(() => void follow(server, asked, pulls, over.signal).catch(() => undefined), silentMs);
  try {
    return await work(() => textOf([...pulls.values()]));
  } finally {
    clearTimeout(timer);
    over.abort();
  }
}

async function follow(
  { api, stream }: Server,
  { name, from, container_name }: Asked,
  pulls: Map<string, ClusterEvent>,
  signal: AbortSignal,
): Promise<void> {
  const image = name ?? (from === undefined ? undefined : await imageOf(api, from));
  if (image === undefined) return;
  const query = new URLSearchParams({ kind: 'image', name: canonicalImageName(image) });
  for (const action of ['pull_start', 'pull_progress', 'pull', 'pull_failed']) query.append('action', action);
  query.set('since', String((Date.now() - sinceMs) / 1000));
  for await (const { event, data } of serverSentEvents(stream(`apiv1/events?${query}`, undefined, signal))) {
    if (!event.startsWith('image.')) continue;
    const about = JSON.parse(data) as ClusterEvent;
    const { pull, container } = about.attributes;
    if (container_name !== undefined && container !== container_name) continue;
    if (event === 'image.pull_start' || event === 'image.pull_progress') pulls.set(String(pull), about);
    else pulls.delete(String(pull));
  }
}

/** `saved` is NAME or NAME@VERSION. */
async function imageOf(api: ApiClient, saved: string): Promise<string> {
  const [name = '', version] = saved.split('@');
  const { data } = await api('GET', `apiv1/image/${name}${version === undefined ? '' : `?version=${version}`}`);
  return data.image.name;
}

/** One line: a progress bar for one pull, or the number of several. */
function textOf(pulls: readonly ClusterEvent[]): string | undefined {
  const [first] = pulls;
  if (!first) return undefined;
  const all = pulls.map(({ attributes }) => sumOf(attributes));
  const sum = (of: (each: PullSum) => number) => all.reduce((total, each) => total + of(each), 0);
  const [current, total] = [sum((each) => each.current), sum((each) => each.total)];
  const where = pulls.length === 1 ? first.engine : `${pulls.length} engines`;
  const layers = { layers: sum((each) => each.layers), layersDone: sum((each) => each.layersDone) };
  const bar = total === 0 ? '' : ` ${pullBar({ current, total })}`;
  return `pulling ${first.name} on ${where}${bar}${layers.layers === 0 ? '' : `  ${layersText(layers)}`}`;
}

function sumOf({ layers, layers_done, current, total }: ClusterEvent['attributes']): PullSum {
  const [of, done, bytes, all] = [layers, layers_done, current, total].map((each) => Number(each ?? 0));
  return { layers: of ?? 0, layersDone: done ?? 0, current: bytes ?? 0, total: all ?? 0 };
}
