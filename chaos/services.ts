import { type Finding, type Placed, short } from './finding.ts';
import type { Plan } from './request-journal.ts';

/** Compares the desired services with the existing containers. */
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

/** The service chooses the numbers of its slots; only their count is compared. */
function ofService(name: string, { replicas, version }: Plan, containers: readonly Placed[]): Finding[] {
  const good = new Map<string, Placed>();
  for (const each of containers) {
    const { slot = '', version: its } = each.replica ?? {};
    const isGood = each.state === 'running' && its === String(version);
    if (isGood && !good.has(slot) && good.size < replicas) good.set(slot, each);
  }
  const missing = Array.from({ length: replicas - good.size }, (_, index): Finding => {
    const sentence = `replica ${good.size + index + 1} of ${replicas} of service ${name}, of version ${version}, is missing`;
    return { kind: 'lost', sentence, about: containers.map(({ id }) => id) };
  });
  const more = containers.filter((each) => good.get(each.replica?.slot ?? '') !== each);
  // Surplus containers of missing slots are reported as missing only.
  const surplus = more.filter(({ replica }) => good.size === replicas || good.has(replica?.slot ?? ''));
  return [
    ...missing,
    ...surplus.map((each) =>
      finding('doubled', `service ${name} has one more container in slot ${each.replica?.slot}`, each),
    ),
  ];
}

function finding(kind: Finding['kind'], what: string, { id, state, engine }: Placed): Finding {
  return { kind, sentence: `${what}: ${short(id)} (${state} on ${engine.id})`, about: [id] };
}
