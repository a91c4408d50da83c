import http, { type Agent, type AgentOptions, type ClientRequest, type RequestOptions } from 'node:http';
import https from 'node:https';
import type { CertificateDates, CertificateFacts } from '../../model/certificate.ts';
import { SatsumaError } from '../../model/errors.ts';
import { factsOf } from '../../runtime/certificates.ts';
import { parseEngineAddress } from '../engine-address.ts';
import type { StreamUse } from '../stream-use.ts';
import { peerCertificate } from './peer-certificate.ts';
import { PreparingAgent } from './preparing-agent.ts';
import { ReaderShares } from './reader-shares.ts';
import { type LatestSession, ResumingAgent } from './resuming-agent.ts';
import type { EngineTls } from './tls.ts';

/**
 * What connections are for: calls, which share few; streams that last, such as events and pulls, so that they do not
 * block calls; logs that clients follow; processes in containers, so that logs do not block them; archives in both
 * directions.
 */
type Use = 'calls' | 'streams' | StreamUse;

/** One engine's address with its connection pools. */
export interface Endpoint {
  /** The connection timeout. */
  readonly connectMs: number;
  /** The socket event after which requests can be written. */
  readonly connectedEvent: 'connect' | 'secureConnect';
  /** The connections of one use. The number of each is bounded. */
  agent(use: Use): Agent;
  /** The shares of clients in `logs`. */
  readonly readers: ReaderShares;
  request(options: RequestOptions): ClientRequest;
  /** Opens a connection for the process that is asked for next, while the engine answers something else. */
  prepareProcess(): void;
  /** The engine's certificate; undefined for a Unix socket. */
  certificate(signal: AbortSignal): Promise<CertificateDates | undefined>;
  /** Stops keeping connections alive: each closes after its call. */
  drain(): void;
  /** Whether a call uses or waits for one of its connections. */
  isOpen(): boolean;
  /** Closes all connections; active calls fail. */
  close(): void;
}

interface EndpointOptions {
  readonly tls: EngineTls | undefined;
  readonly skipVerify: boolean;
  readonly connectMs: number;
  /** Called with the engine's certificate after each full handshake. */
  readonly onCertificate?: (shown: CertificateFacts) => void;
}

const keepAlive: AgentOptions = {
  keepAlive: true,
  // TCP keep-alive probes detect a peer that vanished without closing.
  keepAliveMsecs: 15_000,
  maxSockets: 64,
  maxFreeSockets: 64,
  // Reuses the most recent connection first, so that the extra connections of a burst become idle and close.
  scheduling: 'lifo',
  // Idle timeout; an idle connection costs some 50 kB. Pings keep one in use, but not those of a burst.
  timeout: 30_000,
};

/**
 * Pulls and the event stream, processes, or archives: a separate limit for each. Further ones wait, within their
 * deadlines.
 */
const streaming: AgentOptions = { maxSockets: 128 };
/**
 * Logs are the most used streams. With Node's default buffer of 16 KiB, reading a long log spends more on system calls
 * than on data.
 */
const following = { maxSockets: 384, highWaterMark: 64 * 1024 } as const satisfies AgentOptions & {
  readonly highWaterMark: number;
};

const optionsByUse = {
  calls: keepAlive,
  streams: streaming,
  logs: following,
  processes: streaming,
  transfers: streaming,
} as const satisfies Record<Use, AgentOptions>;

/** Opens no connection yet. Throws `invalid` for an invalid address, or if certificates are missing for TLS. */
export function createEndpoint(addr: string, { tls, skipVerify, connectMs, onCertificate }: EndpointOptions): Endpoint {
  const address = parseEngineAddress(addr);
  if (address.kind === 'unix') {
    const place = { socketPath: address.path };
    const agents = agentsByUse((use) => new http.Agent(optionsByUse[use]));
    const certificate = () => Promise.resolve(undefined);
    // A connection to a socket takes no time.
    const prepareProcess = () => undefined;
    return endpoint(agents, { connectMs, connectedEvent: 'connect', certificate, prepareProcess }, (options) =>
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
  // Node's checkServerIdentity verifies the host name together with the chain.
  const security = { secureContext: tls.context, rejectUnauthorized: !skipVerify };
  const read = async (signal: AbortSignal) => {
    const shown = await peerCertificate({ host, port }, tls.context, signal);
    return shown && factsOf(host, shown, tls.authorities);
  };
  const session: LatestSession = {
    onCertificate: (shown) => onCertificate?.(factsOf(host, shown, tls.authorities)),
    // Expiry warnings need the dates of an expired certificate, too.
    onUntimely: () =>
      void read(AbortSignal.timeout(connectMs)).then(
        (shown) => shown && onCertificate?.(shown),
        () => undefined,
      ),
  };
  const agents = agentsByUse((use) => {
    const options = { ...optionsByUse[use], ...security };
    return use === 'processes' ? new PreparingAgent(options, session) : new ResumingAgent(options, session);
  });
  const facts = {
    ...({ connectMs, connectedEvent: 'secureConnect', certificate: read } as const),
    prepareProcess: () => {
      const agent = agents.of('processes');
      if (agent instanceof PreparingAgent) agent.prepare({ host, port });
    },
  };
  return endpoint(agents, facts, (options) => https.request({ host, port, ...options }));
}

/** The agents of one engine. Each is made for its first request: most engines are only called and followed. */
interface Agents {
  of(use: Use): Agent;
  made(): Iterable<Agent>;
}

function agentsByUse(make: (use: Use) => Agent): Agents {
  const made = new Map<Use, Agent>();
  return {
    of: (use) => {
      const agent = made.get(use) ?? make(use);
      made.set(use, agent);
      return agent;
    },
    made: () => made.values(),
  };
}

function endpoint(
  agents: Agents,
  facts: Pick<Endpoint, 'connectMs' | 'connectedEvent' | 'certificate' | 'prepareProcess'>,
  request: Endpoint['request'],
): Endpoint {
  // The only one that keeps connections: it is there to be drained.
  agents.of('calls');
  return {
    ...facts,
    agent: agents.of,
    readers: new ReaderShares(following.maxSockets, 'this engine'),
    request,
    drain: () => {
      for (const agent of agents.made()) {
        agent.maxFreeSockets = 0;
        for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
        if (agent instanceof PreparingAgent) agent.dropPrepared();
      }
    },
    isOpen: () => [...agents.made()].some(({ sockets, requests }) => hasAny(sockets) || hasAny(requests)),
    close: () => {
      for (const agent of agents.made()) agent.destroy();
    },
  };
}

function hasAny(lists: Readonly<Record<string, readonly unknown[] | undefined>>): boolean {
  return Object.values(lists).some((list) => list !== undefined && list.length > 0);
}
