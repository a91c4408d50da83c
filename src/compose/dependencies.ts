import type { Problems } from '../application/problems.ts';
import { quoted } from '../application/problems.ts';
import type { Place } from '../application/tree.ts';
import type { Value } from '../application/value.ts';
import { didYouMean } from '../model/did-you-mean.ts';
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
      const near = didYouMean(other, all);
      return (
        each.fail(
          `depends on ${quoted(other)}, and there is no such service${near === undefined ? '' : `: did you mean ${near}?`}`,
        ) ?? []
      );
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

/** Each circle is told once. */
export function refuseCircles(parts: readonly Part[], problems: Problems): void {
  const byKey = new Map(parts.map((part) => [part.key, part]));
  const done = new Set<string>();
  const visit = (part: Part, path: readonly string[]): void => {
    if (path.includes(part.key)) {
      const circle = [...path.slice(path.indexOf(part.key)), part.key].join(' -> ');
      problems.add(part.place, `services.${part.key}.depends_on`, `is a circle: ${circle}`);
      return;
    }
    if (done.has(part.key)) return;
    for (const { key } of part.dependsOn) {
      const next = byKey.get(key);
      if (next) visit(next, [...path, part.key]);
    }
    done.add(part.key);
  };
  for (const part of parts) visit(part, []);
}
