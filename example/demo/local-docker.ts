import Docker from 'dockerode';
import type { Hosts } from './hosts.ts';

/** The tour's image names; without a lab, each is a tag of busybox, which is pulled. */
const names = ['demo/busybox:1', 'demo/rare:1'];

/** The machine's own Docker as the only engine. Removes exactly the tags and containers that the demo creates. */
export async function openLocalDocker(socketPath: string): Promise<Hosts> {
  const docker = new Docker({ socketPath });
  const ours = () => docker.listContainers({ all: true, filters: { label: ['satsuma.reservation'] } });
  const before = new Set((await ours()).map(({ Id }) => Id));
  const tagged: string[] = [];
  return {
    engines: [{ id: 'local', addr: `unix://${socketPath}`, labels: ['local'] }],
    hasRedis: false,
    importImages: async () => {
      await pull(docker, 'busybox:latest');
      for (const name of names) {
        if (await exists(docker, name)) continue;
        const [repo = name, tag = 'latest'] = name.split(':');
        await docker.getImage('busybox:latest').tag({ repo, tag });
        tagged.push(name);
      }
    },
    down: async () => {
      const made = (await ours()).filter(({ Id }) => !before.has(Id));
      for (const { Id } of made) await docker.getContainer(Id).remove({ force: true });
      for (const name of tagged) await docker.getImage(name).remove({ force: true });
    },
  };
}

async function exists(docker: Docker, name: string): Promise<boolean> {
  return await docker
    .getImage(name)
    .inspect()
    .then(
      () => true,
      () => false,
    );
}

async function pull(docker: Docker, name: string): Promise<void> {
  if (await exists(docker, name)) return;
  const stream = await docker.pull(name);
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(stream, (error) => (error ? reject(error) : resolve()));
  });
}
