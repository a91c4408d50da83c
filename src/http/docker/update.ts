import type { Server } from '@hapi/hapi';
import Joi from 'joi';
import { updateContainer } from '../../commands/containers/update-container.ts';
import type { ContainerUpdate } from '../../model/container.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { RestartPolicy } from '../../model/image-config.ts';
import type { Cluster } from '../../state/cluster.ts';
import { isNothing } from '../docker-create/is-nothing.ts';
import { updateSchema } from '../image-schema.ts';
import { needs } from '../route-rules.ts';
import { check, jsonPayload, sentenceOf, strictValidation } from '../validation.ts';
import type { OfContainer } from './lifecycle.ts';

type Body = Readonly<Record<string, unknown>>;

const bytesPerMiB = 2 ** 20;
const read = ['NanoCpus', 'Memory', 'MemorySwap', 'PidsLimit', 'RestartPolicy'];

/** Limits and the restart policy, by the ledger. */
export function updateRoute(server: Server, cluster: Cluster): void {
  server.route<OfContainer & { Payload: Body }>({
    method: 'POST',
    path: '/containers/{container}/update',
    options: {
      plugins: needs('update', 'container'),
      payload: jsonPayload,
      validate: { ...strictValidation, payload: Joi.object().unknown().required() },
    },
    handler: async ({ params, payload }) => {
      await updateContainer(cluster, params.container, updateIn(payload));
      return { Warnings: [] };
    },
  });
}

/** Clients send 0 for what they do not say. Throws `invalid`. */
function updateIn(body: Body): ContainerUpdate {
  const unread = Object.entries(body).find(([key, value]) => !read.includes(key) && !isNothing(value));
  if (unread) throw new SatsumaError('invalid', `${unread[0].slice(0, 64)} cannot be updated: ${read.join(', ')} can`);
  const { NanoCpus, Memory, MemorySwap, PidsLimit, RestartPolicy: policy } = body;
  const checked = check<ContainerUpdate>(updateSchema, {
    ...(NanoCpus ? { cpus: Math.ceil(Number(NanoCpus) / 1e6) / 1000 } : {}),
    ...(Memory ? { memory: mib(Memory) } : {}),
    ...(MemorySwap ? { memory_swap: mib(MemorySwap) } : {}),
    ...(PidsLimit ? { pids_limit: PidsLimit } : {}),
    ...restartOf(policy),
  });
  if ('value' in checked) return checked.value;
  throw new SatsumaError('invalid', sentenceOf(checked.problems));
}

function mib(bytes: unknown): number {
  return Number(bytes) < 0 ? -1 : Math.ceil(Number(bytes) / bytesPerMiB);
}

function restartOf(policy: unknown): { readonly restart_policy?: RestartPolicy } {
  const { Name, MaximumRetryCount } = Object(policy) as {
    readonly Name?: unknown;
    readonly MaximumRetryCount?: unknown;
  };
  if (!Name) return {};
  const retries = MaximumRetryCount ? { maximum_retry: MaximumRetryCount } : {};
  return { restart_policy: { name: Name, ...retries } as RestartPolicy };
}
