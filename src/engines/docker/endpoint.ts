import http, { type Agent, type AgentOptions, type ClientRequest, type RequestOptions } from 'node:http';
import https from 'node:https';
import type { CertificateDates, CertificateFacts } from '../../model/certificate.ts';
import { SatsumaError } from '../../model/errors.ts';
import { factsOf } from '../../runtime/certificates.ts';
import { parseEngineAddress } from '../engine-address.ts';
import { peerCertificate } from './peer-certificate.ts';
import { ReaderShares } from './reader-shares.ts';
import { type KeptSession, ResumingAgent } from './resuming-agent.ts';
import type { EngineTls } from './tls.ts';

/** Where one engine listens, and the connections to it. */
export interface Endpoint {
  /** A connection that is not made after this time never will be. */
  readonly connectMs: number;
  /** What a socket emits once requests can be written to it. */
  readonly connectedEvent: 'connect' | 'secureConnect';
  /** For calls, which take turns on a bounded number of connections. */
  readonly calls: Agent;
  /** For streams, which hold a connection for minutes: they must not keep calls waiting. A bounded number, too. */
  readonly streams: Agent;
  /** For logs that are followed, by whoever likes. */
  readonly logs: Agent;
  /** For programs that are run in containers: who follows logs must not keep them waiting. */
  readonly processes: Agent;
  /** For archives, in either direction. */
  readonly transfers: Agent;
  /** Who has which part of `logs`. */
  readonly readers: ReaderShares;
  request(options: RequestOptions): ClientRequest;
  /** What the engine shows; undefined at a socket, where nothing is shown. */
  certificate(signal: AbortSignal): Promise<CertificateDates | undefined>;
  /** Keeps no connection any more: each is closed when its call is over. */
  drain(): void;
  /** Whether a call uses one of its connections, or waits for one. */
  isOpen(): boolean;
  /** Closes connections; calls that are under way fail. */
  close(): void;
}

export interface EndpointOptions {
  readonly tls: EngineTls | undefined;
  readonly skipVerify: boolean;
  readonly connectMs: number;
  /** Told what the engine shows whenever it shows it. */
  readonly onCertificate?: (shown: CertificateFacts) => void;
}

const keepAlive: AgentOptions = {
  keepAlive: true,
  // TCP's own probes: they find a peer that went away without a word.
  keepAliveMsecs: 15_000,
  maxSockets: 64,
  maxFreeSockets: 64,
  // The most recently used first, so that a burst's connections grow old and are closed.
  scheduling: 'lifo',
  // Of an idle connection, which takes some 50 kB. One is used by each ping, those of a burst are not.
  timeout: 30_000,
};

/** Pulls at a time, and one that tells what happens; and programs, and archives. More of them wait, within their deadlines. */
const streaming: AgentOptions = { maxSockets: 128 };
/** Logs are what most clients follow. With Node's buffer of 16 KiB, each read of a long log costs more calls than it has bytes to show for. */
const following = { maxSockets: 384, highWaterMark: 64 * 1024 } as const satisfies AgentOptions & {
  readonly highWaterMark: number;
};

/** Opens nothing yet. Throws `invalid` for an address that is none, or that needs certificates which there are not. */
export function createEndpoint(addr: string, { tls, skipVerify, connectMs, onCertificate }: EndpointOptions): Endpoint {
  const address = parseEngineAddress(addr);
  if (address.kind === 'unix') {
    const place = { socketPath: address.path };
    const agents = {
      calls: new http.Agent(keepAlive),
      streams: new http.Agent(streaming),
      logs: new http.Agent(following),
      processes: new http.Agent(streaming),
      transfers: new http.Agent(streaming),
    };
    const certificate = () => Promise.resolve(undefined);
    return endpoint(agents, { connectMs, connectedEvent: 'connect', certificate }, (options) =>
      http.request({ ...place, ...options }),
    );
  }
  if (!tls) {
    throw new SatsumaError(
      'invalid',
      'an engine at an https:// or tcp:// address needs ssl-cert, ssl-key and ca-cert in the configuration',
    );
  }
  const { host, port } = address;
  // The name is checked against the certificate by node's checkServerIdentity, together with the chain.
  const security = { secureContext: tls.context, rejectUnauthorized: !skipVerify };
  const read = async (signal: AbortSignal) => {
    const shown = await peerCertificate({ host, port }, tls.context, signal);
    return shown && factsOf(host, shown, tls.authorities);
  };
  const session: KeptSession = {
    onCertificate: (shown) => onCertificate?.(factsOf(host, shown, tls.authorities)),
    // Whoever watches ends learns of one that is over, too.
    onUntimely: () =>
      void read(AbortSignal.timeout(connectMs)).then(
        (shown) => shown && onCertificate?.(shown),
        () => undefined,
      ),
  };
  const agents = {
    calls: new ResumingAgent({ ...keepAlive, ...security }, session),
    streams: new ResumingAgent({ ...streaming, ...security }, session),
    logs: new ResumingAgent({ ...following, ...security }, session),
    processes: new ResumingAgent({ ...streaming, ...security }, session),
    transfers: new ResumingAgent({ ...streaming, ...security }, session),
  };
  return endpoint(agents, { connectMs, connectedEvent: 'secureConnect', certificate: read }, (options) =>
    https.request({ host, port, ...options }),
  );
}

function endpoint(
  agents: Pick<Endpoint, 'calls' | 'streams' | 'logs' | 'processes' | 'transfers'>,
  facts: Pick<Endpoint, 'connectMs' | 'connectedEvent' | 'certificate'>,
  request: Endpoint['request'],
): Endpoint {
  const all = Object.values(agents);
  return {
    ...agents,
    ...facts,
    readers: new ReaderShares(following.maxSockets, 'this engine'),
    request,
    drain: () => {
      for (const agent of all) {
        agent.maxFreeSockets = 0;
        for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
      }
    },
    isOpen: () => all.some(({ sockets, requests }) => hasAny(sockets) || hasAny(requests)),
    close: () => {
      for (const agent of all) agent.destroy();
    },
  };
}

function hasAny(lists: Readonly<Record<string, readonly unknown[] | undefined>>): boolean {
  return Object.values(lists).some((list) => list !== undefined && list.length > 0);
}
