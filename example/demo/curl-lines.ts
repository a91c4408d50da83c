import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Hosts } from './hosts.ts';
import { type DemoServer, serverDir } from './server.ts';

/** Commands that can be copied while the demo runs, in the folder from which it was started. */
export async function curlLines({ address }: DemoServer, { engines }: Hosts): Promise<string> {
  const [engine] = engines;
  if (!engine) throw new Error('no engines');
  const body = join(serverDir, 'engine.json');
  await writeFile(body, `${JSON.stringify(engine)}\n`);
  const redis = relative(process.cwd(), new URL('../redis_image.json', import.meta.url).pathname);
  const here = relative(process.cwd(), body);
  return `
  # what there is
  curl '${address}/apiv1/engines'
  curl '${address}/apiv1/cluster'

  # run a redis somewhere fitting, and see where it would go next
  curl '${address}/apiv1/container' -d @${redis}
  curl '${address}/apiv1/plan' -d @${redis}

  # one of your own, with a name
  curl '${address}/apiv1/container' -d '{"name":"demo/busybox:1","type":"label","container_name":"mine"}'
  curl '${address}/apiv1/containers'
  curl '${address}/apiv1/container/mine'
  curl -XDELETE '${address}/apiv1/container/mine'

  # forget an engine, and register it again: its containers are taken up again
  curl -XDELETE '${address}/apiv1/engine/${engine.id}?force=true'
  curl -XPOST '${address}/apiv1/engine' -d @${here}
`;
}
