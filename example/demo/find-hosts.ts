import { accessSync, constants } from 'node:fs';
import { LabError, startLab } from '../lab/lab.ts';
import type { Hosts } from './hosts.ts';
import { openLocalDocker } from './local-docker.ts';
import type { Narrator } from './narrator.ts';

const socket = process.env.DOCKER_HOST?.startsWith('unix://')
  ? process.env.DOCKER_HOST.slice('unix://'.length)
  : '/var/run/docker.sock';

/** Three engines of a lab if namespaces can be created, otherwise the machine's own engine. */
export async function findHosts(narrator: Narrator): Promise<Hosts> {
  try {
    return await startLabHosts(narrator);
  } catch (error) {
    // Any other error is a real failure of the lab.
    if (!(error instanceof LabError && ['not_root', 'missing_package', 'command_failed'].includes(error.code)))
      throw error;
    if (!isUsable(socket)) {
      throw new Error(
        `the demo needs root, to make Docker engines of its own, or a Docker socket that you may use: run it with sudo, or install Docker and join the group docker (${error.message})`,
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
    hasRedis: true,
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
