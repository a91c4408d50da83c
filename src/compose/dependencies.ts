import { circlesIn } from '../application/circles.ts';
import type { Problems } from '../application/problems.ts';
import { quoted } from '../application/problems.ts';
import type { Place } from '../application/tree.ts';
import type { Value } from '../application/value.ts';
import { didYouMeanHint } from '../model/did-you-mean.ts';
import { conditions, type Dependency } from './desired.ts';

interface Known {
  /** Of the services that are asked for. */
  readonly active: ReadonlySet<string>;
  /** Those of other profiles, too. */
  readonly all: readonly string[];
  readonly nameOf: (key: string) => string;
}

/** `depends_on` of a service. */
export function dependenciesOf(value: Value, key: string, { active, all, nameOf }: Known): Dependency[] {
  return (value.fields()?.all() ?? []).flatMap(([other, each]) => {
    const fields = each.fields();
    const condition = fields?.take('condition')?.oneOf(conditions);
    const isOptional = fields?.take('required')?.flag() === false;
    const restart = fields?.take('restart');
    fields?.finish();
    if (restart?.flag())
      return restart.fail('is not done here: a change of a service exchanges no replicas of another one') ?? [];
    if (other === key) return each.fail('depends on itself') ?? [];
    if (!active.has(other)) {
      if (isOptional) return [];
      if (all.includes(other)) return each.fail(`depends on ${quoted(other)}, whose profiles are not asked for`) ?? [];
      return each.fail(`depends on ${quoted(other)}, and there is no such service${didYouMeanHint(other, all)}`) ?? [];
    }
    if (condition === undefined) return fields?.fail(`must have condition: ${conditions.join(', ')}`) ?? [];
    return [{ key: other, name: nameOf(other), condition, isOptional }];
  });
}

interface Part {
  readonly key: string;
  readonly place: Place;
  readonly dependsOn: readonly Dependency[];
}

export function refuseCircles(parts: readonly Part[], problems: Problems): void {
  const byKey = new Map(parts.map((part) => [part.key, part]));
  const nextOf = ({ dependsOn }: Part) => dependsOn.flatMap(({ key }) => byKey.get(key) ?? []);
  for (const circle of circlesIn(parts, nextOf)) {
    const [first] = circle;
    const keys = circle.map(({ key }) => key).join(' -> ');
    if (first) problems.add(first.place, `services.${first.key}.depends_on`, `is a circle: ${keys}`);
  }
}
