import { randomBytes, randomUUID } from 'node:crypto';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import type { SecureContext } from 'node:tls';
import type { LabEngine } from '../../example/lab/lab.ts';
import { buildRegistry } from '../../schedulers/index.ts';
import { toDockerSpec } from '../../src/engines/docker/spec.ts';
import { Installation } from '../../src/installation/installation.ts';
import { deriveLabelKey } from '../../src/installation/label-keys.ts';
import { labelsOf } from '../../src/labels/container-labels.ts';
import type { ImageConfig } from '../../src/model/image-config.ts';
import { claimsOn } from '../../src/placement/claims.ts';
import { schedulersFor } from '../../src/placement/schedulers-for.ts';
import { snapshotEngine } from '../../src/placement/snapshot.ts';
import type { Contestant, Running } from './contestant.ts';
import { drain } from './drain.ts';
import { hijack, hijacking } from './hijack.ts';
import { HttpClient } from './http-client.ts';

const registry = buildRegistry();
const installation = new Installation([deriveLabelKey(randomBytes(32))]);

/**
 * The peer: one engine's own API, used as efficiently as possible. Connections are kept, nothing is inspected, and the
 * body is the same as Satsuma's, prepared before the measurement.
 */
export class RawEngine implements Contestant {
  readonly #engine: LabEngine;
  readonly #client: HttpClient;
  /** One connection per stream. */
  readonly #streams: https.Agent;
  #version = '';

  constructor(engine: LabEngine, tls: SecureContext) {
    this.#engine = engine;
    this.#streams = new https.Agent({ secureContext: tls });
    this.#client = new HttpClient(engine.addr, { tls });
  }

  /** Must be called first: returns the daemon's version, and reads its API version. */
  async connect(): Promise<string> {
    const { Version, ApiVersion } = JSON.parse(await this.#client.expect([200], 'GET', '/version'));
    this.#version = `/v${ApiVersion}`;
    return Version;
  }

  /** The host of its ports. */
  get host(): string {
    return new URL(this.#engine.addr).hostname;
  }

  /** Any other request. Throws unless the answer has one of the statuses. */
  // biome-ignore lint/suspicious/noExplicitAny: the caller knows the shape.
  async ask(statuses: readonly number[], method: string, path: string, body?: object): Promise<any> {
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const answer = await this.#client.expect(statuses, method, `${this.#version}${path}`, sent);
    return answer.trim() === '' ? undefined : JSON.parse(answer);
  }

  async run(image: ImageConfig): Promise<Running> {
    const { path, body } = this.#createRequest(image);
    const started = performance.now();
    const { Id: id } = JSON.parse(await this.#client.expect([201], 'POST', path, body));
    await this.#client.expect([204], 'POST', `${this.#version}/containers/${id}/start`);
    return { id, elapsedMs: performance.now() - started, remove: () => this.#remove(id) };
  }

  /** Discards the answer while it arrives, and returns its length in bytes. */
  async drain(path: string): Promise<number> {
    return await drain(https.request(this.#engine.addr + this.#version + path, { agent: this.#streams }));
  }

  /** Runs a program in a container: writes go to its input, reads return its output in Docker's frames. */
  async openProcess(container: string, command: readonly string[]): Promise<Duplex> {
    const streams = { AttachStdin: true, AttachStdout: true, AttachStderr: true };
    const { Id: id } = await this.ask([201], 'POST', `/containers/${container}/exec`, { ...streams, Cmd: command });
    return await this.hijack(`/exec/${id}/start`, '{}');
  }

  /** A request that takes over its connection. */
  async hijack(path: string, body?: string): Promise<Duplex> {
    const url = this.#engine.addr + this.#version + path;
    return await hijack(https.request(url, { ...hijacking, agent: this.#streams }), body);
  }

  async inspect(id: string): Promise<Record<'Config' | 'HostConfig', Record<string, unknown>>> {
    return JSON.parse(await this.#client.expect([200], 'GET', `${this.#version}/containers/${id}/json`));
  }

  close(): void {
    this.#client.close();
  }

  async #remove(id: string): Promise<void> {
    await this.#client.expect([204], 'DELETE', `${this.#version}/containers/${id}?force=true&v=true`);
  }

  #createRequest(image: ImageConfig): { readonly path: string; readonly body: string } {
    const id = randomBytes(12).toString('hex');
    const { name, ...spec } = toDockerSpec({
      image,
      name: `busybox-${id.slice(0, 8)}`,
      labels: this.#labels(image, id),
      maximumCpus: this.#engine.cpus,
    });
    return { path: `${this.#version}/containers/create?name=${name}`, body: JSON.stringify(spec) };
  }

  /**
   * The same number and length of labels as Satsuma's, with other names: otherwise Satsuma would adopt the containers.
   */
  #labels(image: ImageConfig, id: string): Record<string, string> {
    const engine = { ...this.#engine, intent: 'active', condition: 'ok', since: '' } as const;
    const empty = snapshotEngine({ engine, version: 1, holders: [], images: new Set(), overcommit: 1 });
    const reservation = {
      id,
      engineId: engine.id,
      claims: claimsOn(empty, image, schedulersFor(image.type, registry)),
      image,
      name: '',
      createdAt: new Date().toISOString(),
      reason: { type: image.type, strategy: 'binpack', score: 0.4472795497185741, candidates: 1, refused: 2 },
    } as const;
    const labels = labelsOf(installation, reservation, { daemonId: randomUUID(), epoch: randomUUID() });
    return Object.fromEntries(
      Object.entries(labels).map(([key, value]) => [key.replace('satsuma.', 'rawpeer.'), value]),
    );
  }
}
