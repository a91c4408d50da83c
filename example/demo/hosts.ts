import { accessSync, constants } from 'node:fs';
import { LabError, startLab } from '../lab/lab.ts';
import { openLocalDocker } from './local-docker.ts';
import type { Narrator } from './narrator.ts';

/** A body for POST /apiv1/engine. */
export interface EngineBody {
  readonly id: string;
  readonly addr: string;
  readonly labels: readonly string[];
}

/** Where the demo runs its containers. */
export interface Hosts {
  readonly engines: readonly EngineBody[];
  /** Paths, for the configuration; left out where no engine is reached over TLS. */
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string };
  /** Images of the names `demo/busybox:1` and `redis:latest` are on every engine, `demo/rare:1` on the last one only. */
  importImages(): Promise<void>;
  down(): Promise<void>;
}

const socket = process.env.DOCKER_HOST?.startsWith('unix://')
  ? process.env.DOCKER_HOST.slice('unix://'.length)
  : '/var/run/docker.sock';

/** Three engines of our own where we may make namespaces, otherwise the machine's. */
export async function findHosts(narrator: Narrator): Promise<Hosts> {
  try {
    return await startLabHosts(narrator);
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    if (!isUsable(socket)) {
      throw new Error(
        `${error.message} Without that the demo needs a Docker socket that you may use: run it as root, or install Docker and join the group docker.`,
        { cause: error },
      );
    }
    narrator.say(`      ${error.message}`);
    narrator.say(`      So the demo uses this machine's own Docker at ${socket}, as its only engine.`);
    return openLocalDocker(socket);
  }
}

async function startLabHosts(narrator: Narrator): Promise<Hosts> {
  const lab = await startLab({
    name: 'demo',
    engines: 3,
    attached: true,
    log: (line) => narrator.say(`      ${line}`),
  });
  return {
    engines: lab.engines,
    tls: lab.client,
    importImages: async () => {
      await lab.importImage('demo/busybox:1');
      await lab.importRedis();
      await lab.importImage('demo/rare:1', [lab.engines.length]);
    },
    down: () => lab.down(),
  };
}

function isUsable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
