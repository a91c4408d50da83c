import { ask, type Reply } from './ask.ts';
import type { Body } from './image-configs.ts';
import { pause } from './pause.ts';
import type { Asked, JournalRun, RequestJournal } from './request-journal.ts';
import type { Server } from './server.ts';

const noAnswerMs = 200;
/** How long a server that gave no answer is avoided, if there is another one. */
const avoidedMs = 6_000;

/** Sends requests to servers, and records all answers. */
export class JournaledClient {
  readonly name: string;
  readonly #journal: RequestJournal;
  readonly #avoidedUntil = new Map<number, number>();
  #count = 0;

  constructor(name: string, journal: RequestJournal) {
    this.name = name;
    this.#journal = journal;
  }

  /** The servers that answered recently, or all if none did. */
  answering(servers: readonly [Server, ...Server[]]): readonly [Server, ...Server[]] {
    const [first, ...others] = servers.filter(({ n }) => (this.#avoidedUntil.get(n) ?? 0) < performance.now());
    return first ? [first, ...others] : servers;
  }

  /** A tag that identifies a container's request. */
  newTag(): string {
    return `${this.name}-${++this.#count}`;
  }

  /** `isKeyed`: the request may be repeated. */
  async run(server: Server, tag: string, body: Body, isKeyed = false): Promise<JournalRun> {
    const { asked, reply } = await this.#ask(server, 'POST', 'container', { body, key: isKeyed ? tag : undefined });
    const data = reply.body.data as { id: string; engine: { id: string } };
    const journal = {
      ...asked,
      tag,
      ...(reply.status === 201 && { container: { id: data.id, engineId: data.engine.id } }),
    };
    this.#journal.ran(journal);
    return journal;
  }

  async destroy(server: Server, containerId: string): Promise<void> {
    this.#journal.willDestroy(containerId);
    const { asked } = await this.#ask(server, 'DELETE', `container/${containerId}`);
    this.#journal.destroys.push({ ...asked, containerId });
  }

  async inspect(server: Server, containerId: string): Promise<void> {
    const { asked, reply } = await this.#ask(server, 'GET', `container/${containerId}`);
    // An answer that mentions engines which were not asked is not a denial.
    const isDenial = reply.status === 404 && !String(reply.body.data).includes('not asked');
    if (isDenial && this.#journal.isUnharmed(containerId)) this.#journal.denials.push({ ...asked, containerId });
  }

  /** Sends any request, and returns the answer. */
  async send(server: Server, method: string, path: string, body?: object): Promise<Reply> {
    const sent = body === undefined ? undefined : { body, key: undefined };
    return (await this.#ask(server, method, path, sent)).reply;
  }

  /** Containers created by this client's requests that were not answered. */
  async list(server: Server): Promise<string[]> {
    const before = this.#journal.unharmed();
    const { asked, reply } = await this.#ask(server, 'GET', 'containers?all=true');
    if (reply.status !== 200) return [];
    const listed = reply.body.data as Listed[];
    const silent = new Set((reply.body.errors as { engine: string }[]).map(({ engine }) => engine));
    const ids = new Set(listed.map(({ id }) => id));
    for (const { container } of before) {
      const isDenied = container && !ids.has(container.id) && !silent.has(container.engineId);
      if (isDenied && this.#journal.isUnharmed(container.id))
        this.#journal.denials.push({ ...asked, containerId: container.id });
    }
    const acknowledged = new Set(this.#journal.runs.map(({ container }) => container?.id));
    return listed.filter((each) => this.#isMine(each) && !acknowledged.has(each.id)).map(({ id }) => id);
  }

  #isMine({ image }: Listed): boolean {
    return image.user_data?.chaos?.[0]?.startsWith(`${this.name}-`) ?? false;
  }

  async #ask(
    server: Server,
    method: string,
    path: string,
    sent?: { readonly body: unknown; readonly key: string | undefined },
  ): Promise<{ readonly asked: Asked; readonly reply: Reply }> {
    const askedMs = this.#journal.nowMs();
    const reply = await ask(server.address, method, path, sent);
    this.#journal.record(reply);
    const { status, code } = reply;
    const answeredMs = this.#journal.nowMs();
    if (status === 0) {
      this.#avoidedUntil.set(server.n, performance.now() + avoidedMs);
      // Avoids a busy loop while no server answers.
      await pause(noAnswerMs);
    }
    return { asked: { by: this.name, server: server.n, askedMs, answeredMs, status, code }, reply };
  }
}

interface Listed {
  readonly id: string;
  readonly image: { readonly user_data?: { readonly chaos?: readonly string[] } };
}
