import { readFileSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { SetUpBody } from '../../api/deployment.ts';
import { defaultBuilder } from '../../model/build.ts';
import { deploymentNamePattern } from '../../model/deployment.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { LanPlugin, WanPlugin } from '../../model/network-plugin.ts';
import type { TemplateFile } from '../../template/load-template.ts';

/** Larger than any template. */
const mostBytes = 1024 * 1024;

export interface OpenedTemplate extends Required<Pick<SetUpBody, 'services' | 'globals'>> {
  /** Undefined: nothing is said of it. */
  readonly infrastructure: SetUpBody['infrastructure'];
  /** Services whose images are built from git repositories. */
  readonly code: readonly TemplateCode[];
}

export interface TemplateCode {
  /** In the template. */
  readonly key: string;
  readonly service: string;
  readonly folder: string;
  readonly builder: string;
  readonly runner: string;
}

/** Which plug-ins there are only the server knows: here services are described by these, which take nothing. */
const noPart = { bindPorts: [], networks: [], neededNetworks: [], userData: {} };
const described = { name: 'any', description: 'any' };
const anyNetwork = {
  lan: {
    ...{ ...described, kind: 'lan' },
    describe: ({ ports }) => ({ ...noPart, addresses: ports.map(({ number: port }) => ({ host: '{HOST}', port })) }),
  },
  wan: { ...described, kind: 'wan', describe: () => noPart },
} as const satisfies { readonly lan: LanPlugin; readonly wan: WanPlugin };

/** Reads and validates a template, and a file of infrastructure for it. Throws `invalid` with file, line and path of all problems. */
export async function openTemplate(path: string, deployment: string, placingPath?: string): Promise<OpenedTemplate> {
  if (!deploymentNamePattern.test(deployment)) {
    const sentence = `the name of a deployment must begin with a lower-case letter or a digit, and have at most 63 lower-case letters, digits, "_" and "-": ${JSON.stringify(deployment.slice(0, 80))}`;
    throw new SatsumaError('invalid', sentence);
  }
  // Loaded on demand: the YAML reader is large.
  const [
    { loadTemplate },
    { formatName, readTemplate },
    { translateTemplate },
    { Problems },
    { pathFrom, toPlain },
    { infrastructureFormat, readInfrastructure, withDomainsOf },
  ] = await Promise.all([
    import('../../template/load-template.ts'),
    import('../../template/template.ts'),
    import('../../template/translate.ts'),
    import('../../application/problems.ts'),
    import('../../application/tree.ts'),
    import('../../template/infrastructure.ts'),
  ]);
  const problems = new Problems(formatName);
  const placing = new Problems(infrastructureFormat);
  const tree = loadTemplate(fileOf(path), readPlain, problems);
  const placingTree = placingPath === undefined ? undefined : loadTemplate(fileOf(placingPath), readPlain, placing);
  problems.refuse();
  placing.refuse();
  if (tree === undefined) throw new SatsumaError('invalid', `${path} is not a template`);
  const template = readTemplate(placingTree ? withDomainsOf(tree, placingTree) : tree, problems);
  const infrastructure = placingTree && readInfrastructure(placingTree, template, placing);
  // Only the server knows the existing services of the deployment, so it checks links again.
  translateTemplate(template, {
    ...{ deployment, ...anyNetwork, present: [], assignedPort: () => 20_000 },
  });
  problems.refuse();
  placing.refuse();
  return {
    infrastructure,
    services: Object.fromEntries(template.services.map(({ key, definition }) => [key, toPlain(definition.tree)])),
    globals: Object.fromEntries([...template.globals].map(([name, value]) => [name, toPlain(value.tree)])),
    code: template.services.flatMap(({ key, name: service, definition }) => {
      const { git, builder, runner } = Object(toPlain(definition.tree)) as Readonly<Record<string, unknown>>;
      if (typeof git !== 'string') return [];
      const texts = { ...(typeof builder === 'string' && { builder }), ...(typeof runner === 'string' && { runner }) };
      return [{ key, service, folder: pathFrom(definition.place, git), ...defaultBuilder, ...texts }];
    }),
  };
}

function fileOf(path: string): TemplateFile {
  return path === '-' ? { path, name: 'standard input' } : { path: resolve(path), name: path };
}

function readPlain(path: string): string {
  if (path === '-') return readFileSync(0, 'utf8');
  const found = statSync(path);
  if (!found.isFile()) throw new Error(`${basename(path)} is no file`);
  if (found.size > mostBytes) throw new Error('it is larger than 1 MiB');
  return readFileSync(path, 'utf8');
}
