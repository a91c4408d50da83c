import type { EngineSnapshot } from '../../src/model/engine-snapshot.ts';
import type { ImageConfig } from '../../src/model/image-config.ts';

/** The penalty of an engine, by what is looked at first; by JavaScript's own means, and engine by engine. */
export function plainPenalties(
  image: ImageConfig,
  service: string | undefined,
  engines: readonly EngineSnapshot[],
): (engine: EngineSnapshot) => Readonly<Record<string, number>> {
  const soft = (image.constraints ?? []).filter((text) => text.includes('=~'));
  const key =
    service === undefined
      ? `image/${image.name.includes(':') ? image.name : `${image.name}:latest`}`
      : `service/${service}`;
  const zonesOf = (engine: EngineSnapshot) =>
    image.spread === 'engine' ? [engine.id] : valuesOf(engine, image.spread ?? '');
  const areNeighbours = (a: readonly string[], zone: string | undefined) =>
    zone === undefined ? a.length === 0 : a.includes(zone);
  const counts = new Map<string | undefined, number>();
  const countIn = (zone: string | undefined) => {
    const known = counts.get(zone);
    if (known !== undefined) return known;
    const count = engines
      .filter((other) => other.status !== 'lost' && areNeighbours(zonesOf(other), zone))
      .reduce((sum, { sums }) => sum + (sums.get(key) ?? 0), 0);
    counts.set(zone, count);
    return count;
  };
  if (soft.length === 0 && image.spread === undefined) return () => ({});
  return (engine) => {
    const zones = zonesOf(engine);
    return {
      ...(soft.length > 0 && { constraint: soft.filter((text) => !isMet(text, engine)).length }),
      ...(image.spread !== undefined && {
        spread: Math.max(...(zones.length === 0 ? [undefined] : zones).map(countIn)),
      }),
    };
  };
}

function isMet(text: string, engine: EngineSnapshot): boolean {
  const [, key = '', operator, value = ''] = /^(\w+)(==|!=)~?(.*)$/.exec(text) ?? [];
  const wanted = key === 'image' && !/[/*:]/.test(value) ? `${value}:latest` : value;
  const pattern = wanted.startsWith('/') ? wanted.slice(1, -1) : `^${wanted.replaceAll('*', '.*')}$`;
  return valuesOf(engine, key).some((each) => new RegExp(pattern).test(each)) === (operator === '==');
}

function valuesOf({ id, labels, holders, sums }: EngineSnapshot, key: string): string[] {
  if (key === 'node' || key === 'engine') return [id];
  if (key === 'container') return holders.map(({ name }) => name);
  if (key === 'service' || key === 'image') {
    return [...sums.keys()].filter((claim) => claim.startsWith(`${key}/`)).map((claim) => claim.slice(key.length + 1));
  }
  return labels
    .map((label) => (label.includes('=') ? label : `${label}=true`))
    .filter((label) => label.startsWith(`${key}=`))
    .map((label) => label.slice(key.length + 1));
}
