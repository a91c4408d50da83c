import type { Request } from '@hapi/hapi';
import type { PlannedServiceBody, ServicePlan, SlotOnEngine } from '../../../api/service.ts';
import { type PlannedService, planCreation, planUpdate } from '../../../commands/services/plan-service.ts';
import { hasService, noService } from '../../../decisions/services/find-service.ts';
import type { Place } from '../../../simulation/rollout-plan.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { askedIn, changesOf, specOf } from './body.ts';

/** Plans a POST, or a PUT if the service exists. */
export async function planService(
  cluster: Cluster,
  request: Pick<Request, 'app'>,
  body: PlannedServiceBody,
): Promise<ServicePlan> {
  const { name, generation } = body;
  const requestBody = askedIn(body);
  if (await hasService(cluster, name)) {
    const changes = await changesOf(cluster, request, body.name, body);
    return serializePlanned(
      await planUpdate(cluster, name, { requestBody, resolved: changes, ifGeneration: generation }),
    );
  }
  const { health, generation: _, force: __, ...rest } = body;
  if ((rest.image === undefined && rest.from === undefined) || generation !== undefined) throw noService(name);
  return serializePlanned(
    await planCreation(cluster, name, {
      requestBody,
      resolved: await specOf(cluster, request, { ...rest, ...(health && { health }) }),
    }),
  );
}

function serializePlanned({ name, record, rolloutPlan, token }: PlannedService): ServicePlan {
  const { unchanged, placed, unschedulable, blocked, removed } = rolloutPlan;
  const serializePlace = ({ slot, engine }: Place): SlotOnEngine => ({ slot, on: engine });
  return {
    service: name,
    generation: record.generation,
    lands: placed.map(({ slot, engine, from }) => ({ slot, to: engine, ...(from === undefined ? {} : { from }) })),
    stays: unchanged.map(serializePlace),
    stranded: unschedulable,
    behind: blocked.map(serializePlace),
    gone: removed.map(serializePlace),
    token,
  };
}
