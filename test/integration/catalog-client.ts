import { request } from 'node:http';
import type { SatsumaServer } from './satsuma-server.ts';

export interface Asked {
  readonly requests: number;
  /** What went wrong, each time. */
  readonly failures: readonly string[];
}

interface CatalogClient {
  stop(): Promise<Asked>;
}

/** Asks every replica of a service that the catalogue names, again and again. */
export function startCatalogClient(server: SatsumaServer, service: string): CatalogClient {
  let requests = 0;
  let isOver = false;
  const failures: string[] = [];
  const asking = (async () => {
    while (!isOver) {
      const { data } = await server.call('GET', `catalog?service=${service}`);
      for (const { host, port } of data) {
        requests += 1;
        await get(host, port).catch((error: Error) => failures.push(`${host}:${port} ${error.message}`));
      }
      if (data.length === 0) failures.push('the catalogue is empty');
    }
  })();
  return {
    stop: async () => {
      isOver = true;
      await asking;
      return { requests, failures };
    },
  };
}

function get(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request({ host, port, path: '/', agent: false, timeout: 5_000 }, (response) => {
      response
        .resume()
        .on('end', () => (response.statusCode === 200 ? resolve() : reject(new Error(`${response.statusCode}`))));
      response.on('error', reject);
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer')));
    sent.on('error', reject).end();
  });
}
