import type { Lab } from '../../example/lab/lab.ts';

/** Creates and starts a container, of the lab's image unless another is named, on the engine's own API. */
export async function createContainer(
  lab: Lab,
  n: number,
  name: string,
  { cmd, port, image = 'demo/busybox:1' }: { cmd?: readonly string[]; port?: number; image?: string } = {},
): Promise<void> {
  const bindings = port === undefined ? {} : { '80/tcp': [{ HostPort: String(port) }] };
  const created = await lab.request(n, {
    method: 'POST',
    path: `/containers/create?name=${name}`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      Image: image,
      ...(cmd ? { Cmd: cmd } : {}),
      HostConfig: { PortBindings: bindings },
    }),
  });
  if (created.status !== 201) throw new Error(`${name} was not created: ${created.body}`);
  const started = await lab.request(n, { method: 'POST', path: `/containers/${name}/start` });
  if (started.status !== 204) throw new Error(`${name} was not started: ${started.body}`);
}

export async function isRunning(lab: Lab, n: number, name: string): Promise<boolean> {
  const { body } = await lab.request(n, { path: `/containers/${name}/json` });
  return JSON.parse(body).State.Running;
}

/** Whether the engine answers a ping within a second. */
export async function answers(lab: Lab, n: number): Promise<boolean> {
  const answer = await lab.request(n, { path: '/_ping', timeoutMs: 1000 }).catch(() => undefined);
  return answer?.status === 200;
}
