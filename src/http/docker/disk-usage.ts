import type { Request, Server } from '@hapi/hapi';
import { type RelayedList, relayToEngines } from '../../commands/relay/relay-to-engines.ts';
import type { DockerSettings } from '../../model/doors.ts';
import type { EngineRecord } from '../../model/engine.ts';
import { isSatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { needs } from '../route-rules.ts';
import { untilGone } from '../until-gone.ts';
import { listed } from './on-engines.ts';
import { pick, type Query } from './query.ts';
import { shownNames, withNames } from './shown-names.ts';

type Fields = Readonly<Record<string, unknown>>;

/** An engine looks at every file. */
const measuringMs = 120_000;

/** What is on the disks of all engines: sums, and the entries of each engine. An image counts on each engine that has it. */
export function diskUsageRoute(server: Server, cluster: Cluster, { names }: Pick<DockerSettings, 'names'>): void {
  const shown = shownNames(names);
  server.route<{ Query: Query }>({
    method: 'GET',
    path: '/system/df',
    options: { plugins: needs('read', 'cluster') },
    handler: async (request) => {
      const usages = await askUsage(cluster, cluster.cache.engines(), request);
      const sum = (key: string) => usages.reduce((all, { answer }) => all + bytesOf(Object(answer)[key]), 0);
      const all = (key: string) => usages.flatMap(({ answer }) => entriesIn(answer, key));
      const volumes = usages.flatMap(({ engine, answer }) =>
        entriesIn(answer, 'Volumes').map((document) => ({ engine, document })),
      );
      const containers = usages.flatMap(({ engine, answer }) =>
        entriesIn(answer, 'Containers').map((entry) => withNames(engine.id, entry, shown)),
      );
      return {
        ...{ LayersSize: sum('LayersSize'), Images: all('Images'), Containers: containers },
        ...{ Volumes: listed(volumes), BuildCache: all('BuildCache'), BuilderSize: sum('BuilderSize') },
      };
    },
  });
}

/** How large volumes of these engines are, by engine and name; of an engine that does not tell, none. */
export async function volumeSizes(
  cluster: Cluster,
  engines: readonly EngineRecord[],
  request: Pick<Request, 'app' | 'raw'>,
): Promise<ReadonlyMap<string, number>> {
  const asked = { ...request, query: { type: 'volume' } };
  const usages = await askUsage(cluster, engines, asked).catch((error: unknown) => {
    if (!isSatsumaError(error)) throw error;
    return [];
  });
  const sizes = usages.flatMap(({ engine, answer }) =>
    entriesIn(answer, 'Volumes').map(({ Name, UsageData }): [string, number] => [
      `${engine.id}/${Name}`,
      bytesOf((Object(UsageData) as Fields).Size),
    ]),
  );
  return new Map(sizes);
}

function askUsage(
  cluster: Cluster,
  engines: readonly EngineRecord[],
  { app, raw, query }: Pick<Request, 'app' | 'raw'> & { readonly query: Query },
): Promise<readonly RelayedList[]> {
  return relayToEngines(cluster, engines, {
    ...{ method: 'GET', path: '/system/df', query: pick(query, ['type']), version: app.dockerVersion },
    ...{ limitMs: measuringMs, timeoutMs: measuringMs, signal: untilGone(raw) },
  });
}

function entriesIn(answer: unknown, key: string): Fields[] {
  const entries = (Object(answer) as Fields)[key];
  return Array.isArray(entries) ? entries.map((entry) => Object(entry) as Fields) : [];
}

/** -1 is what Docker did not count. */
function bytesOf(value: unknown): number {
  return typeof value === 'number' && value > 0 ? value : 0;
}
