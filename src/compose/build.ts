import { bytes } from '../application/amounts.ts';
import { pathFrom } from '../application/tree.ts';
import type { Fields, Value } from '../application/value.ts';
import { given } from '../model/given.ts';
import type { DesiredBuild } from './desired.ts';
import { shellValues } from './environment.ts';
import { hosts } from './process-fields.ts';
import type { Reading } from './reading.ts';

const withoutBuildKit = 'builds run without BuildKit';

const refusedOfBuild: Readonly<Record<string, string>> = {
  additional_contexts: withoutBuildKit,
  cache_to: 'the engine that builds keeps its own cache',
  dockerfile_inline: 'put it into a file, and name that in dockerfile',
  entitlements: withoutBuildKit,
  isolation: 'it is for Windows only',
  no_cache_filter: 'use no_cache',
  privileged: 'steps of a build run without privileges',
  provenance: withoutBuildKit,
  sbom: withoutBuildKit,
  secrets: withoutBuildKit,
  ssh: withoutBuildKit,
  tags: 'use "satsuma tag", or the key image of the service',
  ulimits: withoutBuildKit,
};

/** `build` of a service: a folder, and how it is built. */
export function buildOf(value: Value, reading: Reading): DesiredBuild | undefined {
  const fields = value.isText ? value.asEmpty() : value.fields();
  if (!fields) return undefined;
  const context = value.isText ? value : fields.take('context');
  const folder = context?.text() ?? '.';
  if (/^([a-z+]+:\/\/|git@|[^/]*#)/.test(folder))
    return (context ?? value).fail('must be a folder: a repository elsewhere is not fetched, so clone it first');
  const args = fields.take('args');
  const labels = fields.take('labels');
  const size = fields.take('shm_size');
  const extraHosts = fields.take('extra_hosts');
  const query = given({
    dockerfile: fields.take('dockerfile')?.text(),
    target: fields.take('target')?.text(),
    arg: args && pairsOf(shellValues(args, reading)),
    label: labels && pairsOf(labels.map() ?? {}),
    no_cache: fields.take('no_cache')?.flag(),
    pull: fields.take('pull')?.flag(),
    platform: platformOf(fields),
    network: networkOf(fields),
    shm_size: size && bytes(size),
    cache_from: fields.take('cache_from')?.texts(),
    extra_host: extraHosts && hosts(extraHosts),
  });
  fields.finish(refusedOfBuild);
  return { folder: pathFrom(value.place, folder), place: value.place, query };
}

function pairsOf(map: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(map).map(([name, text]) => `${name}=${text}`);
}

function platformOf(fields: Fields): string | undefined {
  const value = fields.take('platforms');
  const [first, ...others] = value?.texts() ?? [];
  if (others.length > 0) return value?.fail('can have one platform: an engine builds for one at a time');
  return first;
}

function networkOf(fields: Fields): string | undefined {
  const value = fields.take('network');
  const text = value?.text();
  if (text === undefined || text === 'default' || text === 'none') return text;
  return value?.fail('can be default or none: steps have no other network');
}
