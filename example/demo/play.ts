import assert from 'node:assert/strict';
import type { Answer, DemoServer } from './server.ts';

interface Ran {
  readonly id: string;
  readonly engine: string;
  readonly host: string;
}

/** One part of the tour: runs containers, prints their engines and the reasons, and destroys them at the end. */
export class Play {
  readonly #server: DemoServer;
  readonly #running: string[] = [];
  readonly report: (detail: string) => void;

  constructor(server: DemoServer, report: (detail: string) => void) {
    this.#server = server;
    this.report = report;
  }

  /** Runs a container, and prints why other engines were not chosen. */
  async run(body: object): Promise<Ran> {
    const plan = expect(200, await this.#server.call('POST', 'plan', body));
    const { data } = expect(201, await this.#server.call('POST', 'container', body));
    this.#running.push(data.id);
    const { data: shown } = expect(200, await this.#server.call('GET', `container/${data.id}`));
    const { strategy, candidates } = shown.placement;
    const why = candidates === 1 ? 'the only one that can' : `best of ${candidates} by ${strategy}`;
    this.report(`${shown.name.slice(1)} runs on ${data.engine.id}: ${why}`);
    for (const { engine, message } of plan.data.refused.engines) this.report(`  not on ${engine}: ${message}`);
    return { id: data.id, engine: data.engine.id, host: new URL(data.engine.addr).hostname };
  }

  /** Requests something that no engine can do, and prints the reasons. */
  async refuse(body: object): Promise<string[]> {
    const answer = expect(422, await this.#server.call('POST', 'container', body));
    this.report(`one more: ${answer.data}`);
    const reports = answer.details.engines as {
      readonly engine: string;
      readonly code: string;
      readonly message: string;
    }[];
    for (const { engine, message } of reports) this.report(`  not on ${engine}: ${message}`);
    return reports.map(({ code }) => code);
  }

  async end(): Promise<void> {
    for (const id of this.#running) expect(202, await this.#server.call('DELETE', `container/${id}`));
  }
}

export function expect(status: number, answer: Answer): Answer {
  assert.equal(answer.status, status, `expected ${status}, got ${answer.status}: ${JSON.stringify(answer.data)}`);
  return answer;
}
