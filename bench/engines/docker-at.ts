import type { Lab } from '../../example/lab/lab.ts';

/** The docker command line for the engine of that number, from 1. */
export function dockerAt({ client, engines }: Lab, n: number): string {
  const address = (engines[n - 1]?.addr ?? '').replace('https:', 'tcp:');
  return `docker -H ${address} --tlsverify --tlscacert ${client.ca} --tlscert ${client.cert} --tlskey ${client.key}`;
}
