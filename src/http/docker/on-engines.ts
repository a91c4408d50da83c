import type { Request } from '@hapi/hapi';
import { movedNetwork } from '../../commands/networks/movable-networks.ts';
import { relayToEngines } from '../../commands/relay/relay-to-engines.ts';
import type { EngineRecord } from '../../model/engine.ts';
import { SatsumaError } from '../../model/errors.ts';
import { isPredefinedNetwork } from '../../model/network.ts';
import type { Cluster } from '../../state/cluster.ts';
import { enginesWithin } from '../../state/scopes.ts';
import { thingName } from '../thing-name.ts';
import { untilGone } from '../until-gone.ts';
import { check } from '../validation.ts';
import { isOwn } from './own-things.ts';
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

/** `ENGINE/NAME`, or a name. Throws `no_such_engine`, also of one beyond the scope, and `invalid`. */
export function placeIn(
  cluster: Pick<Cluster, 'cache'>,
  text: string,
  { scope }: Pick<Request['app'], 'scope'>,
): { engine?: EngineRecord; name: string } {
  const [, engine, name = text] = /^([^/]+)\/(.+)$/s.exec(text) ?? [];
  if ('problems' in check(thingName.required(), name))
    throw new SatsumaError(
      'invalid',
      `${JSON.stringify(name.slice(0, 128))} is no name: letters, digits, "_", "." and "-"`,
    );
  if (engine === undefined) return { name };
  const [found] = enginesWithin(cluster, scope, engine);
  return { ...(found && { engine: found }), name };
}

/**
 * The one that the name means, within the caller's scope; a predefined network is everybody's. Throws what the engines say where none has it,
 * `ambiguous_container` where several have it.
 */
export async function findOnEngines(
  cluster: Cluster,
  kind: Kind,
  text: string,
  { app, raw, query = {} }: Pick<Request, 'app' | 'raw'> & { readonly query?: Query },
): Promise<Found> {
  const { scope, dockerVersion } = app;
  const { engine, name } = placeIn(cluster, text, app);
  const engines = engine ? [engine] : enginesWithin(cluster, scope, undefined);
  const answers = await relayToEngines(cluster, engines, {
    ...{ method: 'GET', path: `/${kind}/${name}`, query: pick(query, ['verbose', 'scope']) },
    ...{ version: dockerVersion, signal: untilGone(raw) },
  }).catch((error: unknown) => {
    // Of a moved network the engines do not know the id. To whoever is narrowed, what is of others and what is not there are the same.
    if (statusOf(error) === 404) return [];
    throw error;
  });
  const all = answers.map((each) => ({ engine: each.engine, document: Object(each.answer) as Fields }));
  const own = all.filter((each) => isPredefined(kind, name) || isOwn(scope, each.engine, each.document.Labels));
  const [first, second] = own;
  const isOne =
    !second || isPredefined(kind, name) || first?.document.Scope === 'swarm' || first?.document.Scope === 'global';
  if (first && isOne) return first;
  if (!first) {
    const moved =
      kind === 'networks' && !engine && /^[0-9a-f]{4,64}$/.test(name) && (await movedNetwork(cluster, name));
    const isSeen = moved && engines.some(({ id }) => id === moved.engineId);
    if (isSeen) return await findOnEngines(cluster, kind, `${moved.engineId}/${moved.id}`, { app, raw, query });
    throw noSuch(kind, name);
  }
  const where = own.map((each) => each.engine.id).join(', ');
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
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

function isPredefined(kind: Kind, name: string): boolean {
  return kind === 'networks' && isPredefinedNetwork(name);
}

/** Docker's own, where an engine answered. */
function statusOf(error: unknown): unknown {
  const { cause } = error as { readonly cause?: { readonly status?: unknown } };
  return cause?.status;
}

/** In Docker's words, with its status. */
export function noSuch(kind: Kind, name: string): SatsumaError {
  const message = kind === 'volumes' ? `get ${name}: no such volume` : `network ${name} not found`;
  const cause = Object.assign(new Error(message), { status: 404 });
  return new SatsumaError(kind === 'volumes' ? 'no_such_volume' : 'no_such_network', message, { cause });
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
