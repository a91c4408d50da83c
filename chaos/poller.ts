import type { Random } from '../bench/random.ts';
import { type FailedConnection, tryConnection } from './connections.ts';
import { JournaledClient } from './journaled-client.ts';
import { pause } from './pause.ts';
import type { RequestJournal } from './request-journal.ts';
import type { TestCluster } from './test-cluster.ts';

interface PollerOptions {
  readonly testCluster: Pick<TestCluster, 'servers'>;
  readonly journal: RequestJournal;
  readonly random: Random;
}

interface Entry {
  readonly service: string;
  readonly container: string;
  readonly engine: string;
  readonly host: string;
  readonly port: number;
}

const pauseMs = 100;

/** Reads the catalog from any server continuously, and connects to all of its entries. */
export class Poller {
  readonly failed: FailedConnection[] = [];
  readonly #testCluster: PollerOptions['testCluster'];
  readonly #journal: RequestJournal;
  readonly #random: Random;
  readonly #client: JournaledClient;
  #made = 0;

  constructor({ testCluster, journal, random }: PollerOptions) {
    this.#testCluster = testCluster;
    this.#journal = journal;
    this.#random = random;
    this.#client = new JournaledClient('poller', journal);
  }

  get made(): number {
    return this.#made;
  }

  async play(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const server = this.#random.oneOf(this.#client.answering(this.#testCluster.servers));
      const { status, body } = await this.#client.send(server, 'GET', 'catalog');
      const reportedMs = this.#journal.nowMs();
      const entries = status === 200 ? (body.data as Entry[]) : [];
      await Promise.all(
        entries.map(async ({ service, container, engine, host, port }) => {
          this.#made += 1;
          const code = await tryConnection(host, port);
          if (code !== undefined) this.failed.push({ service, container, engine, server: server.n, reportedMs, code });
        }),
      );
      await pause(pauseMs, signal);
    }
  }
}
