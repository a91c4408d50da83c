import { type Finding, type Placed, short } from './finding.ts';
import type { Plan } from './planner.ts';

/** Holds what services were to be in the end against the containers there are. */
export function wrongServices(plans: ReadonlyMap<string, Plan>, containers: readonly Placed[]): Finding[] {
  const ofServices = containers.filter(({ replica }) => replica !== undefined);
  const unplanned = ofServices.filter(({ replica }) => !plans.has(replica?.service ?? ''));
  return [
    ...unplanned.map((each) => finding('leaked', `there is a container of service ${each.replica?.service}`, each)),
    ...[...plans].flatMap(([name, plan]) =>
      ofService(
        name,
        plan,
        ofServices.filter(({ replica }) => replica?.service === name),
      ),
    ),
  ];
}

function ofService(name: string, { replicas, version }: Plan, containers: readonly Placed[]): Finding[] {
  const slots = Array.from({ length: replicas }, (_, index) => String(index + 1));
  const isGood = ({ state, replica }: Placed) => state === 'running' && replica?.version === String(version);
  return [
    ...slots.flatMap((slot): Finding[] => {
      const inSlot = containers.filter(({ replica }) => replica?.slot === slot);
      const good = inSlot.filter(isGood);
      if (good.length === 0) {
        const sentence = `slot ${slot} of service ${name}, of version ${version}, is empty`;
        return [{ kind: 'lost', sentence, about: inSlot.map(({ id }) => id) }];
      }
      const more = inSlot.filter((each) => each !== good[0]);
      return more.map((each) => finding('doubled', `slot ${slot} of service ${name} has another container`, each));
    }),
    ...containers
      .filter(({ replica }) => !slots.includes(replica?.slot ?? ''))
      .map((each) => finding('doubled', `service ${name} has more than ${replicas} replicas`, each)),
  ];
}

function finding(kind: Finding['kind'], what: string, { id, state, engine }: Placed): Finding {
  return { kind, sentence: `${what}: ${short(id)} (${state} on ${engine.id})`, about: [id] };
}
