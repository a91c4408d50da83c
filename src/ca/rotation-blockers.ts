import type { EngineTlsState } from './engine-tls-state.ts';
import type { RotationStep } from './rotation.ts';

/** A server's published certificates, with authorities by name. */
export interface ServerTlsState {
  readonly name: string;
  /** Null: not published. Empty: it reaches engines over sockets. */
  readonly trusts: readonly string[] | null;
  /** The issuers of its client certificate and of its API's certificate; null: an unknown issuer, or no certificate. */
  readonly client: string | null;
  readonly api: string | null;
}

export interface TlsStates {
  readonly engines: readonly EngineTlsState[];
  readonly servers: readonly ServerTlsState[];
  /** Why engines and servers are unknown; null: they are known. */
  readonly away: string | null;
}

/** The names of the two authorities. */
export interface Names {
  readonly first: string;
  readonly second: string;
}

/** What blocks the next step, one sentence each. */
export function blockersOf(step: RotationStep, { engines, servers, away }: TlsStates, names: Names): string[] {
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

/** Whether an engine has a certificate of the authority, and accepts its clients. */
function isOver({ id, shows, accepts, refuses, error }: EngineTlsState, authority: string): string[] {
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

function doesRefuse({ id, refuses, error }: EngineTlsState, authority: string): string[] {
  if (refuses.includes(authority)) return [];
  if (error !== null) return [`engine ${id} cannot be asked from here (${error})`];
  return [`engine ${id} still accepts client certificates of ${authority}`];
}

function doesTrust({ name, trusts }: ServerTlsState, authority: string): string[] {
  if (trusts === null) return [`server ${name} is of an older release, which does not report its trusted authorities`];
  if (trusts.length === 0 || trusts.includes(authority)) return [];
  return [`server ${name} does not trust ${authority} yet`];
}

function doesForget({ name, trusts }: ServerTlsState, authority: string): string[] {
  return trusts?.includes(authority) ? [`server ${name} still trusts ${authority}`] : [];
}

/** The server must no longer use certificates of the authority. */
function doesShow({ name, client, api }: ServerTlsState, authority: string): string[] {
  return [
    ...(client === authority ? [`server ${name} shows a client certificate of ${authority}`] : []),
    ...(api === authority ? [`the API of server ${name} has a certificate of ${authority}`] : []),
  ];
}
