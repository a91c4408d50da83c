import { quoted } from '../application/problems.ts';
import { below, type Dict, type Tree } from '../application/tree.ts';
import { Fields, Value } from '../application/value.ts';
import { configOf } from './configs.ts';
import { refuseCircles } from './dependencies.ts';
import type { Desired, DesiredNetwork, DesiredSecret, Networking } from './desired.ts';
import { linkAliases } from './links.ts';
import type { LoadedProject } from './load-project.ts';
import { type NamedVolume, namedVolume } from './mounts.ts';
import { defaultNetwork, networkOf } from './networks.ts';
import type { Section } from './normal-form.ts';
import { isActive, profilesOf } from './profiles.ts';
import { secretOf } from './secrets.ts';
import { type ServiceContext, translateService } from './translate-service.ts';

interface TranslateOptions {
  readonly project: string;
  /** `*`: all of them. */
  readonly profiles: readonly string[];
  readonly networking: Networking;
  /** The project of Satsuma that all of it belongs to. */
  readonly owner?: string | undefined;
  /** What the engines of all of it must be, beside what each service says. */
  readonly constraints?: readonly string[];
}

/** The files in Satsuma's words. Throws `invalid` with all that is wrong, each with file, line and path. */
export function translate(
  { model, reading }: LoadedProject,
  { project, profiles, networking, owner, constraints = [] }: TranslateOptions,
): Desired {
  const { problems } = reading;
  refuseOtherSections(new Fields(model, '', problems));
  const services = [...section(model, 'services', problems)];
  const active = services.filter(([, value]) => isActive(profilesOf(value), profiles));
  const written = model.entries.get('services');
  const isEmpty =
    written === undefined || written.kind === 'scalar' || (written.kind === 'dict' && written.entries.size === 0);
  if (isEmpty) problems.add(model.place, '', 'has no services');
  else if (services.length > 0 && active.length === 0)
    problems.add(
      model.entries.get('services')?.place ?? model.place,
      'services',
      'has none without profiles, and no profile was asked for',
    );

  const nameOf = (key: string) => `${project}-${key}`;
  const volumes = new Map<string, NamedVolume>();
  for (const [key, value] of section(model, 'volumes', problems))
    volumes.set(key, namedVolume(key, value.isNull ? undefined : value.fields(), project));
  const networks = new Map<string, DesiredNetwork>();
  for (const [key, value] of section(model, 'networks', problems)) {
    networks.set(
      key,
      networkOf(key, value.isNull ? undefined : value.fields(), { project, networking, place: value.place }),
    );
  }
  if (!networks.has(defaultNetwork)) {
    networks.set(defaultNetwork, networkOf(defaultNetwork, undefined, { project, networking, place: model.place }));
  }
  const secrets = usedOf(section(model, 'secrets', problems), (key, value) =>
    secretOf(key, value, { project, reading }),
  );
  const configs = usedOf(section(model, 'configs', problems), (key, value) =>
    configOf(key, value, { project, reading }),
  );
  const known = { active: new Set(active.map(([key]) => key)), all: services.map(([key]) => key), nameOf };
  const aliases = linkAliases(active);
  const context: ServiceContext = {
    project,
    owner,
    constraints,
    networks,
    volumes,
    findSecret: secrets.find,
    findConfig: configs.find,
    known,
    aliases,
    reading,
    networking,
  };
  const parts = active.flatMap(([key, value]) => translateService(key, value, context) ?? []);
  refuseCircles(parts, problems);

  const waitedFor = new Set(
    parts.flatMap(({ dependsOn }) =>
      dependsOn.flatMap(({ key, condition }) => (condition === 'service_completed_successfully' ? [key] : [])),
    ),
  );
  const isEach = networking.kind === 'each';
  if (isEach) {
    for (const { key, place } of parts.filter((part) => waitedFor.has(part.key)))
      problems.add(
        place,
        below('services', key),
        'is waited for to be completed, so it is a job, which runs on one engine: --each can have services alone',
      );
  }
  const made = parts.map((part) => part.toDesired(part.isJob || (waitedFor.has(part.key) && !isEach)));
  for (const part of parts) {
    const isJob = (key: string) => made.some((each) => each.kind === 'job' && each.part.key === key);
    const wrong = part.dependsOn.find(({ key, condition }) => condition === 'service_healthy' && isJob(key));
    if (wrong)
      problems.add(
        part.place,
        `services.${part.key}.depends_on.${wrong.key}`,
        'runs to its end, and is never healthy: wait for service_completed_successfully',
      );
  }
  const used = new Set(parts.flatMap(({ networkKeys }) => networkKeys));
  refuseWithoutMesh(networking, parts, networks, reading.problems);
  problems.refuse();
  return {
    project,
    services: made.flatMap((each) => (each.kind === 'service' ? [each.part] : [])),
    jobs: made.flatMap((each) => (each.kind === 'job' ? [each.part] : [])),
    networks: networking.kind === 'none' ? [] : [...networks.values()].filter(({ key }) => used.has(key)),
    secrets: secrets.used(),
    configs: configs.used(),
    known: services.map(([key]) => nameOf(key)),
    warnings: problems.warnings,
  };
}

/** Secrets and configs are read when a service has them: the file of one that nobody has need not be there. */
function usedOf(declared: Sections, read: (key: string, value: Value) => DesiredSecret | undefined) {
  const known = new Map<string, DesiredSecret | undefined>();
  return {
    find: (key: string): DesiredSecret | undefined => {
      const value = declared.get(key);
      if (value && !known.has(key)) known.set(key, read(key, value));
      // One that is wrong was told of.
      return value && (known.get(key) ?? { key, name: key, place: value.place });
    },
    used: (): DesiredSecret[] => [...known.values()].filter((each) => each !== undefined),
  };
}

const namePattern = /^[a-zA-Z0-9._-]+$/;

type Sections = ReadonlyMap<string, Value>;

function section(model: Dict, name: Section, problems: ServiceContext['reading']['problems']): Sections {
  const tree: Tree | undefined = model.entries.get(name);
  if (tree === undefined || (tree.kind === 'scalar' && tree.value === null)) return new Map();
  const entries = new Value(tree, name, problems).fields()?.all() ?? [];
  for (const [key, value] of entries) {
    if (!namePattern.test(key))
      value.fail(`has the name ${quoted(key)}, and a name has letters, digits, ".", "_" and "-" alone`);
  }
  return new Map(entries.filter(([key]) => namePattern.test(key)));
}

const topLevel = ['version', 'name', 'include', 'services', 'networks', 'volumes', 'secrets', 'configs'];

function refuseOtherSections(fields: Fields): void {
  for (const key of topLevel) fields.take(key);
  const version = fields.take('version')?.text();
  fields.take('name')?.text();
  if (version !== undefined) fields.problems.warn('version says nothing any more, and is ignored');
  fields.finish({ models: 'Satsuma runs no language models' });
}

/** Without a mesh, a network over several engines cannot be made; who is alone in one needs none. */
function refuseWithoutMesh(
  networking: Networking,
  parts: readonly { readonly key: string; readonly networkKeys: readonly string[] }[],
  networks: ReadonlyMap<string, DesiredNetwork>,
  problems: ServiceContext['reading']['problems'],
): void {
  if (networking.kind !== 'none') return;
  for (const [key, { place, isExternal }] of networks) {
    const members = parts.filter((part) => part.networkKeys.includes(key)).map((part) => part.key);
    if (isExternal || members.length < 2) continue;
    const who = members.length > 4 ? `${members.length} services` : members.join(', ').replace(/, ([^,]+)$/, ' and $1');
    problems.add(
      place,
      below('networks', key),
      `is to join ${who} over several engines, and there is no mesh: "satsuma mesh up" makes one, or give each of them network_mode: bridge and use published ports`,
    );
  }
}
