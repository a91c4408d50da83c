import { type Finding, type Placed, short } from './finding.ts';
import type { FoundEngine } from './observation.ts';

/** Reservations whose container does not exist, or was never created. */
export function staleRecords({ id: engineId, containers, reservations }: FoundEngine): Finding[] {
  const there = new Set(containers.map(({ id }) => id));
  return reservations.flatMap((reservation): Finding[] => {
    const { id, name } = reservation;
    const on = `of ${name} on ${engineId}`;
    if (reservation.isForeign)
      return [{ kind: 'leaked', sentence: `record ${id} ${on} is taken for somebody else's`, about: [id] }];
    if (reservation.state === 'reserved')
      return [{ kind: 'leaked', sentence: `reservation ${id} ${on} still waits`, about: [id] }];
    if (there.has(reservation.containerId)) return [];
    const sentence = `record ${id} ${on} has no container: ${short(reservation.containerId)} is gone`;
    return [{ kind: 'leaked', sentence, about: [id, reservation.containerId] }];
  });
}

/** Sums that differ from the claims. */
export function wrongSums({ id, reservations, sums }: FoundEngine): Finding[] {
  const expected = new Map<string, number>();
  for (const { key, amount } of reservations.flatMap(({ claims }) => claims))
    expected.set(key, (expected.get(key) ?? 0) + amount);
  return [...new Set([...expected.keys(), ...Object.keys(sums)])].flatMap((key): Finding[] => {
    const [claimed, sum] = [expected.get(key) ?? 0, sums[key] ?? 0];
    if (claimed === sum) return [];
    return [{ kind: 'leaked', sentence: `${key} on ${id} sums to ${sum}, and ${claimed} are claimed`, about: [] }];
  });
}

/** Containers without a reservation, or with that of another container. */
export function strayContainers(containers: readonly Placed[]): Finding[] {
  return containers.flatMap(({ id, state, reservationId, engine }): Finding[] => {
    const record = engine.reservations.find((each) => each.id === reservationId);
    if (record?.state === 'bound' && record.containerId === id) return [];
    const why = record ? 'the record of another container' : 'no record';
    const sentence = `container ${short(id)} (${state} on ${engine.id}) has ${why}`;
    return [{ kind: 'leaked', sentence, about: [id, reservationId ?? ''] }];
  });
}

/** Containers that were created and never started, which hold resources for nothing. */
export function incomplete(containers: readonly Placed[]): Finding[] {
  return containers.flatMap(({ id, state, reservationId = '', engine }): Finding[] => {
    if (state !== 'created') return [];
    const sentence = `container ${short(id)} on ${engine.id} was made and never started`;
    return [{ kind: 'leaked', sentence, about: [id, reservationId] }];
  });
}
