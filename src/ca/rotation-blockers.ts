import type { RotationStep } from './rotation.ts';
import type { EngineSight } from './rotation-sights.ts';

/** A server as it tells of itself. Authorities by name. */
export interface ServerSight {
  readonly name: string;
  /** Null: it does not tell. Empty: it reaches engines over sockets. */
  readonly trusts: readonly string[] | null;
  /** Who signed what it shows to engines, and what its API is served with; null: nobody of ours, or there is none. */
  readonly client: string | null;
  readonly api: string | null;
}

export interface Sights {
  readonly engines: readonly EngineSight[];
  readonly servers: readonly ServerSight[];
  /** Why engines and servers are not known; null: they are. */
  readonly away: string | null;
}

/** The names of the two authorities. */
export interface Names {
  readonly first: string;
  readonly second: string;
}

/** What still stands in the way of what comes after this step, a sentence each. */
export function blockersOf(step: RotationStep, { engines, servers, away }: Sights, names: Names): string[] {
  if (away !== null) return [`engines and servers are not known: ${away}`];
  const { first, second } = names;
  switch (step) {
    case 'trust':
      return servers.flatMap((server) => doesTrust(server, second));
    case 'engines':
      return engines.flatMap((engine) => isOver(engine, second));
    case 'clients':
      return [
        ...engines.flatMap((engine) => isOver(engine, second)),
        ...servers.flatMap((server) => doesTrust(server, second)),
        ...servers.flatMap((server) => doesShow(server, first)),
      ];
    case 'cleanup':
      return [
        ...engines.flatMap((engine) => doesRefuse(engine, first)),
        ...servers.flatMap((server) => doesForget(server, first)),
      ];
    case 'abort':
      return [
        ...engines.flatMap((engine) => isOver(engine, first)),
        ...servers.flatMap((server) => doesShow(server, second)),
      ];
  }
}

/** Whether an engine shows a certificate of the authority and takes clients of it. */
function isOver({ id, shows, accepts, refuses, error }: EngineSight, authority: string): string[] {
  if (shows === null && error !== null) return [`engine ${id} cannot be asked from here (${error})`];
  return [
    ...(shows === authority ? [] : [`engine ${id} shows a certificate of ${shows ?? 'another authority'}`]),
    ...(accepts.includes(authority)
      ? []
      : [
          refuses.includes(authority)
            ? `engine ${id} does not accept client certificates of ${authority}`
            : `whether engine ${id} accepts client certificates of ${authority} is not known (${error ?? 'no answer'})`,
        ]),
  ];
}

function doesRefuse({ id, refuses, error }: EngineSight, authority: string): string[] {
  if (refuses.includes(authority)) return [];
  if (error !== null) return [`engine ${id} cannot be asked from here (${error})`];
  return [`engine ${id} still accepts client certificates of ${authority}`];
}

function doesTrust({ name, trusts }: ServerSight, authority: string): string[] {
  if (trusts === null) return [`server ${name} is of an older release, which does not tell whom it believes`];
  if (trusts.length === 0 || trusts.includes(authority)) return [];
  return [`server ${name} does not trust ${authority} yet`];
}

function doesForget({ name, trusts }: ServerSight, authority: string): string[] {
  return trusts?.includes(authority) ? [`server ${name} still trusts ${authority}`] : [];
}

/** What a server shows is to be of the authority no more. */
function doesShow({ name, client, api }: ServerSight, authority: string): string[] {
  return [
    ...(client === authority ? [`server ${name} shows a client certificate of ${authority}`] : []),
    ...(api === authority ? [`the API of server ${name} has a certificate of ${authority}`] : []),
  ];
}
