import { type Claim, claimKeys } from '../src/model/claim.ts';
import type { EngineSnapshot } from '../src/model/engine-snapshot.ts';
import type { ImageConfig } from '../src/model/image-config.ts';
import type { FilterRejection, Scheduler } from '../src/model/scheduler.ts';

/** Filters by custom resources: GPUs, licences, and so on. */
export const counted: Scheduler = {
  name: 'counted',
  description: 'the engine has enough left of the resources that its operator counts',
  prepare(image) {
    const requested = requestedOf(image);
    if (requested.length === 0) return undefined;
    return (engine) => {
      for (const [name, amount] of requested) {
        const rejection = shortOf(name, amount, engine);
        if (rejection) return rejection;
      }
      return undefined;
    };
  },
  exclude(image, fleet, rows) {
    for (const [name, amount] of requestedOf(image)) {
      rows.retain(fleet.rowsWithResource(name));
      for (let row = rows.next(0); row !== -1; row = rows.next(row + 1)) {
        if (shortOf(name, amount, fleet.engine(row))) rows.delete(row);
      }
    }
  },
  claims(image, engine) {
    return requestedOf(image).map(([name, amount]): Claim => {
      return { key: claimKeys.resource(name), amount, limit: engine.resources.get(name) ?? 0 };
    });
  },
};

/** A request for 0 is no request: the engine need not have the resource. */
function requestedOf({ resources }: ImageConfig): [string, number][] {
  return resources === undefined ? [] : Object.entries(resources).filter(([, amount]) => amount > 0);
}

function shortOf(name: string, amount: number, { resources, sums }: EngineSnapshot): FilterRejection | undefined {
  const total = resources.get(name);
  if (total === undefined) return { code: 'resource_missing', message: `the engine has no ${name}` };
  const key = claimKeys.resource(name);
  const free = Math.max(0, total - (sums.get(key) ?? 0));
  if (amount <= free) return undefined;
  const message = `${amount} ${name} wanted, ${free} of ${total} free`;
  return { code: 'resource_short', message: free < total ? `${message}, the rest taken` : message, key };
}
