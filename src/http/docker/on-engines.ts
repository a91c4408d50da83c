import type { Request } from '@hapi/hapi';
import { relayToEngines } from '../../commands/relay/relay-to-engines.ts';
import type { EngineRecord } from '../../model/engine.ts';
import { SatsumaError } from '../../model/errors.ts';
import { isPredefinedNetwork } from '../../model/network.ts';
import type { Cluster } from '../../state/cluster.ts';
import { thingName } from '../thing-name.ts';
import { untilGone } from '../until-gone.ts';
import { check } from '../validation.ts';
import { pick, type Query } from './query.ts';

type Kind = 'volumes' | 'networks';
type Fields = Readonly<Record<string, unknown>>;

export interface OfThing {
  readonly Params: { readonly name: string };
  readonly Query: Query;
}

export interface Found {
  readonly engine: EngineRecord;
  readonly document: Fields;
}

/** `ENGINE/NAME`, or a name. Throws `no_such_engine`, `invalid`. */
export function placeIn({ cache }: Pick<Cluster, 'cache'>, text: string): { engine?: EngineRecord; name: string } {
  const [, engine, name = text] = /^([^/]+)\/(.+)$/s.exec(text) ?? [];
  if ('problems' in check(thingName.required(), name))
    throw new SatsumaError(
      'invalid',
      `${JSON.stringify(name.slice(0, 128))} is no name: letters, digits, "_", "." and "-"`,
    );
  return { ...(engine !== undefined && { engine: cache.engine(engine).value }), name };
}

/** The one that the name means. Throws what the engines say where none has it, `ambiguous_container` where several have it. */
export async function findOnEngines(
  cluster: Cluster,
  kind: Kind,
  text: string,
  { app, raw, query = {} }: Pick<Request, 'app' | 'raw'> & { readonly query?: Query },
): Promise<Found> {
  const { engine, name } = placeIn(cluster, text);
  const answers = await relayToEngines(cluster, engine ? [engine] : cluster.cache.engines(), {
    ...{ method: 'GET', path: `/${kind}/${name}`, query: pick(query, ['verbose', 'scope']) },
    ...{ version: app.dockerVersion, signal: untilGone(raw) },
  });
  const [first, second] = answers.map((each) => ({ engine: each.engine, document: Object(each.answer) as Fields }));
  const isOne =
    !second || isPredefinedNetwork(name) || first?.document.Scope === 'swarm' || first?.document.Scope === 'global';
  if (first && isOne) return first;
  if (!first)
    throw new SatsumaError(kind === 'volumes' ? 'no_such_volume' : 'no_such_network', `no such thing: ${name}`);
  const where = answers.map((each) => each.engine.id).join(', ');
  throw new SatsumaError('ambiguous_container', `${name} is on several engines (${where}): say ENGINE/${name}`);
}

/** As `findOnEngines`; undefined where no engine has it. */
export async function findOrNone(
  cluster: Cluster,
  kind: Kind,
  text: string,
  request: Pick<Request, 'app' | 'raw'>,
): Promise<Found | undefined> {
  try {
    return await findOnEngines(cluster, kind, text, request);
  } catch (error) {
    const { cause } = error as { readonly cause?: { readonly status?: unknown } };
    if (cause?.status === 404) return undefined;
    throw error;
  }
}

/** Entries of all engines. A name that several engines have is said with its engine. */
export function listed(entries: readonly Found[]): Fields[] {
  const counts = new Map<unknown, number>();
  for (const { document } of entries) counts.set(document.Name, (counts.get(document.Name) ?? 0) + 1);
  const seen = new Set<unknown>();
  return entries.flatMap(({ engine, document }) => {
    const { Name, Scope } = document;
    const isShared = Scope === 'swarm' || Scope === 'global' || isPredefinedNetwork(String(Name));
    if (isShared && seen.has(Name)) return [];
    seen.add(Name);
    const isMany = !isShared && (counts.get(Name) ?? 0) > 1;
    return [isMany ? { ...document, Name: `${engine.id}/${Name}` } : document];
  });
}
