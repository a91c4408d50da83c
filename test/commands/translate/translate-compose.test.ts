import test from 'ava';
import { translateCompose } from '../../../src/commands/translate/translate-compose.ts';

const networking = { kind: 'none' } as never;

for (const [compose, message] of [
  ['services: { web: { image: a }, web: { image: b } }', /^compose\.yaml:1: is not YAML: Map keys must be unique/],
  ['services: {', /^compose\.yaml:\d+: is not YAML/],
  ['name: shop\n---\nname: other\n', /is a second document/],
  ['services: { web: { image: nginx } }', /^the project has no name/],
] as const) {
  test(`a file without a name that can be read says first what is wrong with it: ${JSON.stringify(compose)}`, (t) => {
    t.throws(() => translateCompose({ compose, networking }), { code: 'invalid', message });
  });
}
