import type { Request } from '@hapi/hapi';
import type { SetUpBody } from '../api/deployment.ts';
import type { Cluster } from '../state/cluster.ts';
import { requireBesides } from './access-guard.ts';

/** A deployment creates more than services, so it needs these permissions. Throws `forbidden`. */
export function requireSetUp(
  cluster: Pick<Cluster, 'cache' | 'clock'>,
  request: Pick<Request, 'app'>,
  { services, globals = {} }: Pick<SetUpBody, 'services' | 'globals'>,
): void {
  requireBesides(cluster, request, { verb: 'update', noun: 'service' });
  if (globals.Domains) requireBesides(cluster, request, { verb: 'create', noun: 'domain' });
  if (globals.Generate) requireBesides(cluster, request, { verb: 'create', noun: 'secret' });
  const isInitialised = Object.values(services).some(
    (each) => typeof each === 'object' && each !== null && 'init' in each,
  );
  if (isInitialised) requireBesides(cluster, request, { verb: 'create', noun: 'job' });
}
