import type { Request, Server } from '@hapi/hapi';
import type { Verb } from '../model/access.ts';
import type { Policy } from '../model/policy.ts';
import { refuseViolations } from '../model/policy-refusal.ts';
import type { Cluster } from '../state/cluster.ts';
import { findContainer } from '../state/containers/find-container.ts';
import { policyOfCaller } from './under-policy.ts';

/** Verbs that give access to everything inside a container. */
const reaching: ReadonlySet<Verb> = new Set(['exec', 'attach', 'export', 'import']);

/**
 * A caller under a policy may exec in, and copy files from and to, only containers that its policy would allow it to
 * create. Other containers may have privileges that the policy refuses.
 */
export function guardReach(server: Server, cluster: Cluster): void {
  const guard = async (request: Request): Promise<void> => {
    const { access } = request.route.settings.plugins ?? {};
    if (typeof access !== 'object' || !reaching.has(access.verb)) return;
    const policy = policyOfCaller(cluster, request);
    if (!policy) return;
    if (access.verb === 'exec') refusePrivileged(policy, request);
    if (!('container' in request.params)) return;
    const { container: reference = '' } = request.params as { readonly container?: string };
    // Replaced by the id, because another container may get the name before the handler runs.
    Object.assign(request.params, { container: await findWithin(cluster, policy, reference) });
  };
  server.ext('onPreHandler', async (request, h) => guard(request).then(() => h.continue), { sandbox: 'plugin' });
}

/** The same for routes whose path names no container. Throws as `findContainer`, `forbidden`. */
export async function requireReach(cluster: Cluster, request: Request, reference: string): Promise<void> {
  const policy = policyOfCaller(cluster, request);
  if (policy) await findWithin(cluster, policy, reference);
}

function refusePrivileged(policy: Policy, { query, payload }: Request): void {
  const asked = [query, payload].map(
    (part) =>
      Object(part) as {
        readonly privileged?: unknown;
        readonly Privileged?: unknown;
      },
  );
  if (policy.rules.privileged || !asked.some(({ privileged, Privileged }) => privileged || Privileged)) return;
  const message = 'a privileged program is equivalent to root on the engine';
  refuseViolations(policy, [{ rule: 'privileged', path: 'privileged', message }]);
}

/** The id of a container that the policy allows. Throws what `findContainer` throws, `forbidden`. */
async function findWithin(cluster: Cluster, policy: Policy, reference: string): Promise<string> {
  const { engine, container } = await findContainer(cluster, reference);
  const [record] = cluster.cache.reservationsOf(container.id).filter(({ engineId }) => engineId === engine.id);
  if (record?.isSigned && !record.isForeign) {
    await cluster.pool.client(engine).enforcePolicy(policy, record.image);
  } else {
    const message = 'the options of the container are unknown: it was not created by this server';
    refuseViolations(policy, [{ rule: 'other_containers', path: 'container', message }]);
  }
  return container.id;
}
