import type { CertificateDates } from '../../model/certificate.ts';
import type { Endpoint } from './endpoint.ts';
import { BrokenConnection, EngineHttpError, nameStatus } from './failures.ts';
import { type Upgraded, upgrade } from './upgrade.ts';
import { bodyLimits, readBody, send, type WireAnswer, type WireRequest } from './wire.ts';

/** The API versions that Satsuma supports. 1.24 is Docker 1.12. */
const newest = 51;
const oldest = 24;

/** The connections of one engine, with the negotiated API version, which is cached. */
export class DockerConnection {
  readonly #endpoint: Endpoint;
  #version: string | undefined;

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
  }

  /** Negotiates the version again: the daemon may have been upgraded. `isApart`: not over the connections of calls. */
  async negotiate(signal: AbortSignal, { isApart = false } = {}): Promise<string> {
    const answer = await this.#sendAgain({ method: 'GET', path: '/_ping', isStream: isApart }, signal);
    const { response } = answer;
    // Reads to the end, so that the connection is reusable.
    await readBody(answer, bodyLimits.words);
    const status = response.statusCode ?? 0;
    if (status !== 200) throw new EngineHttpError(status, `its answer to a ping is ${nameStatus(status)}`);
    this.#version = commonVersion(response.headers['api-version']);
    return this.#version;
  }

  /** The negotiated version. */
  async version(signal: AbortSignal): Promise<string> {
    return this.#version ?? (await this.negotiate(signal));
  }

  /** Throws BrokenConnection, EngineHttpError. */
  async exchange(request: WireRequest, signal: AbortSignal): Promise<WireAnswer> {
    const version = request.version ?? (await this.version(signal));
    return await this.#sendAgain({ ...request, path: `/v${version}${request.path}` }, signal);
  }

  /** The raw bidirectional connection. Throws as `upgrade`. */
  async upgrade(request: WireRequest, signal: AbortSignal): Promise<Upgraded> {
    const version = request.version ?? (await this.version(signal));
    return await upgrade(this.#endpoint, { ...request, path: `/v${version}${request.path}` }, signal);
  }

  /** While something else is asked: the next `upgrade` finds its connection open. */
  prepareUpgrade(): void {
    this.#endpoint.prepareProcess();
  }

  /** The engine's server certificate. */
  peerCertificate(signal: AbortSignal): Promise<CertificateDates | undefined> {
    return this.#endpoint.certificate(signal);
  }

  /** Stops keeping connections alive; active calls complete normally. */
  drain(): void {
    this.#endpoint.drain();
  }

  isOpen(): boolean {
    return this.#endpoint.isOpen();
  }

  close(): void {
    this.#endpoint.close();
  }

  /**
   * A restarting daemon closes connections that we are about to reuse. Idempotent requests are then retried. A create
   * or a start is not, because the engine may have processed it; nor is an upload, whose body is consumed.
   */
  async #sendAgain(request: WireRequest, signal: AbortSignal): Promise<WireAnswer> {
    try {
      return await send(this.#endpoint, request, signal);
    } catch (error) {
      if (!signal.aborted) this.#version = undefined;
      const isOnce = request.method === 'POST' || typeof request.body === 'object';
      if (signal.aborted || isOnce || !isStale(error)) throw error;
      this.#dropIdle();
      return await send(this.#endpoint, request, signal);
    }
  }

  /** If one idle connection is stale, the others are too. */
  #dropIdle(): void {
    for (const socket of Object.values(this.#endpoint.agent('calls').freeSockets).flat()) socket?.destroy();
  }
}

function isStale(error: unknown): boolean {
  return error instanceof BrokenConnection && error.phase === 'kept' && ['ECONNRESET', 'EPIPE'].includes(error.code);
}

function commonVersion(header: string | string[] | undefined): string {
  const [, minor] = /^1\.([0-9]{1,4})$/.exec(String(header)) ?? [];
  if (minor === undefined) throw new EngineHttpError(0, 'its answer has no API version, as a Docker engine would give');
  if (Number(minor) < oldest)
    throw new EngineHttpError(0, `it speaks API version 1.${minor}, and Satsuma needs 1.${oldest} or newer`);
  return `1.${Math.min(Number(minor), newest)}`;
}
