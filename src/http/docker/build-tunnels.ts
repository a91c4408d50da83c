import { type Duplex, finished } from 'node:stream';
import type { Request, Server } from '@hapi/hapi';
import type { BuildEngines } from '../../commands/builds/build-engines.ts';
import { openTunnel } from '../../commands/builds/open-tunnel.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import type { Cluster } from '../../state/cluster.ts';
import { requireBesides } from '../access-guard.ts';
import { needs } from '../route-rules.ts';
import { leftByClient, type SessionOutcome } from '../session-outcome.ts';
import { policyOfCaller, underPolicy } from '../under-policy.ts';
import { untilClosed } from '../until-gone.ts';
import { untilStop } from '../until-stop.ts';
import { noBody } from '../validation.ts';
import { hijackOf } from './hijack.ts';

type Headers = Readonly<Record<string, unknown>>;

const sessionHeader = /^x-docker-expose-session-/;

/** What stands for a build of which nothing is known. */
const anyBuild: ImageConfig = { name: 'scratch', type: 'label', restart_policy: {} };

/** BuildKit's own connections: what goes over them is between the client and the engine. */
export function buildTunnels(server: Server, cluster: Cluster, engines: BuildEngines): void {
  const stopping = untilStop(server);
  for (const path of ['/session', '/grpc'] as const) {
    server.route({
      method: 'POST',
      path,
      options: {
        plugins: { hijack: 'h2c', ...needs('create', 'engine-image') },
        payload: noBody,
      },
      handler: async (request, h) => {
        requireBesides(cluster, request, { verb: 'create', noun: 'container' });
        const hijack = hijackOf(request);
        if (!hijack) throw new SatsumaError('invalid', `${path} takes over its connection: ask for Upgrade: h2c`);
        if (path === '/grpc') refuseUnderPolicy(cluster, request);
        const signal = AbortSignal.any([untilClosed(hijack.socket), stopping]);
        const session = path === '/session' ? sessionIn(request.headers) : undefined;
        const image = underPolicy(cluster, request, anyBuild);
        const engine = await engines.ofConnection(image, { session, client: clientOf(request), signal });
        const headers = { upgrade: 'h2c', ...exposedBy(request.headers) };
        const asked = { path, headers, version: request.app.dockerVersion };
        const tunnel = await openTunnel(cluster, engine, asked, signal);
        hijack.serve = (socket, ended) => join(socket, tunnel, ended);
        return h.response();
      },
    });
  }
}

/** What a build asks for over this connection nobody but the engine sees: it may be the network of the host. Throws `forbidden`. */
function refuseUnderPolicy(cluster: Cluster, request: Request): void {
  const policy = policyOfCaller(cluster, request);
  if (!policy) return;
  const message = 'a build over /grpc cannot be looked at: build with DOCKER_BUILDKIT=0';
  throw new SatsumaError('forbidden', `policy ${policy.name}: ${message}`);
}

function sessionIn(headers: Headers): string | undefined {
  const id = headers['x-docker-expose-session-uuid'];
  return typeof id === 'string' && id !== '' ? id : undefined;
}

/** What the client offers to the engine. Node makes one text of a header that is there several times. */
function exposedBy(headers: Headers): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => sessionHeader.test(name))
      .map(([name, value]) => [name, String(value).split(/,\s*/)]),
  );
}

function clientOf({ app, info }: Request): string {
  const { principal } = app;
  return `${principal?.account?.name ?? principal?.name ?? ''} ${info.remoteAddress ?? ''}`;
}

/** Whatever one side says the other one is told, until either is gone. */
function join(client: Duplex, engine: Duplex, ended: (outcome: SessionOutcome) => void): void {
  const over = () => {
    client.destroy();
    engine.destroy();
  };
  for (const side of [client, engine]) {
    side.on('error', over).once('close', over);
    // No event says again that it is closed.
    if (side.closed) over();
  }
  finished(client, () => ended(leftByClient));
  client.pipe(engine);
  engine.pipe(client);
}
