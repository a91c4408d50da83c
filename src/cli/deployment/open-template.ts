import { readFileSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { SetUpBody } from '../../api/deployment.ts';
import { defaultBuilder } from '../../model/build.ts';
import { deploymentNamePattern } from '../../model/deployment.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { TemplateFile } from '../../template/load-template.ts';

/** Larger than any template. */
const maxBytes = 1024 * 1024;

interface OpenedTemplate extends Required<Pick<SetUpBody, 'services' | 'globals'>> {
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
    { asWritten },
    { Problems },
    { pathFrom, toPlain },
    { infrastructureFormat, readInfrastructure, withDomainsOf },
  ] = await Promise.all([
    import('../../template/load-template.ts'),
    import('../../template/template.ts'),
    import('../../template/as-written.ts'),
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
  const written = asWritten(template, deployment, problems);
  placing.refuse();
  return {
    ...written,
    infrastructure,
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
  if (found.size > maxBytes) throw new Error('it is larger than 1 MiB');
  return readFileSync(path, 'utf8');
}
