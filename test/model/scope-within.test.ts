import test from 'ava';
import { isScopeWithin, type Scope } from '../../src/model/scope.ts';

const within: readonly (readonly [scope: Scope | undefined, limit: Scope | undefined, expected: boolean])[] = [
  [undefined, undefined, true],
  [{ projects: ['a'] }, undefined, true],
  [undefined, { projects: ['a'] }, false],
  [{ engineLabels: ['zone=eu'] }, { projects: ['a'] }, false],
  [{ projects: ['a'] }, { projects: ['a', 'b'] }, true],
  [{ projects: ['a', 'c'] }, { projects: ['a', 'b'] }, false],
  [{ projects: [] }, { projects: ['a'] }, true],
  [{ projects: ['a'] }, { projects: [] }, false],
  [undefined, { engineLabels: ['zone=eu'] }, false],
  [{ engineLabels: ['zone=eu', 'ssd'] }, { engineLabels: ['zone=eu'] }, true],
  [{ engineLabels: ['zone=eu'] }, { engineLabels: ['zone=eu', 'ssd'] }, false],
];

for (const [scope, limit, expected] of within) {
  const title = `${JSON.stringify(scope)} is ${expected ? '' : 'not '}within ${JSON.stringify(limit)}`;
  test(title, (t) => t.is(isScopeWithin(scope, limit), expected));
}
