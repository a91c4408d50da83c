import http from 'node:http';
import type { Duplex } from 'node:stream';
import { toDockerSpec } from '../../src/engines/docker/spec.ts';
import type { ImageConfig } from '../../src/model/image-config.ts';
import type { Contestant, Running } from './contestant.ts';
import { drain } from './drain.ts';
import { hijack, hijacking } from './hijack.ts';
import { HttpClient } from './http-client.ts';

/** Docker's API at Satsuma's door, asked with the same calls as an engine. */
export class DockerDoor implements Contestant {
  readonly #client: HttpClient;
  readonly #address: string;

  constructor(address: string) {
    this.#address = address;
    this.#client = new HttpClient(address);
  }

  // biome-ignore lint/suspicious/noExplicitAny: whoever asks knows the shape.
  async ask(statuses: readonly number[], method: string, path: string, body?: object): Promise<any> {
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const answer = await this.#client.expect(statuses, method, path, sent);
    return answer.trim() === '' ? undefined : JSON.parse(answer);
  }

  /** `labels`: the engine. */
  async run({ labels = [], ...image }: ImageConfig): Promise<Running> {
    const { name: _, ...spec } = toDockerSpec({ image, name: '', labels: {}, maximumCpus: 1 });
    const body = JSON.stringify({ ...spec, Env: labels.map((engine) => `constraint:engine==${engine}`) });
    const started = performance.now();
    const { Id: id } = JSON.parse(await this.#client.expect([201], 'POST', '/containers/create', body));
    await this.#client.expect([204], 'POST', `/containers/${id}/start`);
    const elapsedMs = performance.now() - started;
    const remove = async () => void (await this.#client.expect([204], 'DELETE', `/containers/${id}?force=1&v=1`));
    return { id, elapsedMs, remove };
  }

  async drain(path: string): Promise<number> {
    return await drain(http.request(this.#address + path, { agent: false }));
  }

  /** A request that takes over its connection. */
  async hijack(path: string): Promise<Duplex> {
    return await hijack(http.request(this.#address + path, { ...hijacking, agent: false }));
  }

  close(): void {
    this.#client.close();
  }
}
