import type { Lab, LabEngine } from '../example/lab/lab.ts';

interface Listed {
  readonly Id: string;
  readonly Labels: Readonly<Record<string, string>>;
}

const image = 'demo/busybox:1';
/** Short, because another engine may be frozen; its labels are not needed. */
const waitMs = 2_000;

/**
 * Manually created containers: with an invalid address, with labels copied from Satsuma's containers on the same and on
 * another engine, and of an image committed from such a container. They are not replicas, and Satsuma must not remove
 * them.
 */
export class ForeignContainers {
  readonly #lab: Pick<Lab, 'request' | 'engines'>;
  readonly #present = new Map<number, string[]>();
  /** The ids of those that somebody else removed. */
  readonly missing: string[] = [];

  constructor(lab: Pick<Lab, 'request' | 'engines'>) {
    this.#lab = lab;
  }

  async add(n: number): Promise<void> {
    const ids: string[] = [];
    this.#present.set(n, ids);
    const create = async (what: string, body: object) => {
      const id = await this.#create(n, `stranger-${n}-${what}`, body);
      if (id !== undefined) ids.push(id);
    };
    await create('compose', {
      ExposedPorts: { '5432/tcp': {} },
      HostConfig: { PortBindings: { '5432/tcp': [{ HostIp: 'localhost', HostPort: '5432' }] } },
    });
    const [here] = await this.#ours(n);
    const others = this.#lab.engines.map((_: LabEngine, index) => index + 1).filter((each) => each !== n);
    const [there] = (await Promise.all(others.map((each) => this.#ours(each)))).flat();
    if (here) await create('copy', { Labels: here.Labels });
    if (there) {
      await create('import', { Labels: there.Labels });
      const reservation = there.Labels['satsuma.reservation'];
      await create('successor', { Labels: { ...there.Labels, 'satsuma.replaces': reservation, 'satsuma.copy': '77' } });
    }
    if (here && (await this.#commit(n, here.Id))) await create('commit', { Image: committed(n) });
  }

  /** Removes them. Returns when the engine has none of them any more. */
  async remove(n: number): Promise<void> {
    for (const id of this.#present.get(n) ?? []) {
      const { status } = await this.#lab.request(n, { path: `/containers/${id}/json` });
      if (status === 404) this.missing.push(id);
      else await this.#lab.request(n, { method: 'DELETE', path: `/containers/${id}?force=true&v=true` });
    }
    this.#present.delete(n);
    await this.#lab.request(n, { method: 'DELETE', path: `/images/${committed(n)}?force=true` });
  }

  /** Containers with Satsuma's labels, except the manually created ones. */
  async #ours(n: number): Promise<Listed[]> {
    const filters = encodeURIComponent(JSON.stringify({ label: ['satsuma.reservation'] }));
    const path = `/containers/json?filters=${filters}`;
    const answer = await this.#lab.request(n, { path, timeoutMs: waitMs }).catch(() => undefined);
    if (answer?.status !== 200) return [];
    const foreignContainers = new Set([...this.#present.values()].flat());
    return (JSON.parse(answer.body) as Listed[]).filter(({ Id }) => !foreignContainers.has(Id));
  }

  /** The id, if it could be created. A container that cannot be started stays created. */
  async #create(n: number, name: string, body: object): Promise<string | undefined> {
    const { HostConfig = {}, ...rest } = body as { readonly HostConfig?: object };
    const created = await this.#lab.request(n, {
      method: 'POST',
      path: `/containers/create?name=${name}`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ Image: image, ...rest, HostConfig }),
    });
    if (created.status !== 201) return undefined;
    const { Id } = JSON.parse(created.body) as { readonly Id: string };
    await this.#lab.request(n, { method: 'POST', path: `/containers/${Id}/start` });
    return Id;
  }

  /** False if the container is gone. */
  async #commit(n: number, id: string): Promise<boolean> {
    const [repo, tag] = committed(n).split(':');
    const path = `/commit?container=${id}&repo=${repo}&tag=${tag}&pause=false`;
    const headers = { 'content-type': 'application/json' };
    return (await this.#lab.request(n, { method: 'POST', path, headers, body: '{}' })).status === 201;
  }
}

function committed(n: number): string {
  return `demo/committed:${n}`;
}
