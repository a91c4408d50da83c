import { circlesIn } from '../application/circles.ts';
import { projectLabel, serviceLabel } from '../application/labels.ts';
import { quoted } from '../application/problems.ts';
import type { Value } from '../application/value.ts';
import { didYouMeanHint } from '../model/did-you-mean.ts';
import { given, nonEmpty } from '../model/given.ts';
import type { ImageConfig } from '../model/image-config.ts';
import { isImageName } from '../model/image-name.ts';
import type { LanPlugin, WanPlugin } from '../model/network-plugin.ts';
import { type SecretFile, secretPath } from '../model/secret.ts';
import { serviceImageDefaults } from '../model/service-defaults.ts';
import { shellWords } from '../model/shell-words.ts';
import { codeOf } from './code.ts';
import { describedLan, describedWan } from './described.ts';
import { type LedDomain, ledDomains } from './domains.ts';
import { type Globals, readGlobals, variablesOf } from './globals.ts';
import { listOf, portsOf, wanPorts } from './ports.ts';
import type { Template, WrittenService } from './template.ts';
import { environmentOf, substitute } from './variables.ts';
import { volumesOf } from './volumes.ts';

interface TemplateOptions {
  readonly deployment: string;
  readonly lan: LanPlugin;
  readonly wan: WanPlugin;
  /** The project of Satsuma that all of it belongs to. */
  readonly project?: string | undefined;
  /** Always the same one for a port of a service. */
  readonly assignedPort: (service: string, port: string) => number;
  /** Services that the deployment has already. */
  readonly present: readonly string[];
}

export interface TranslatedService {
  /** As it is written. */
  readonly writtenKey: string;
  /** Its name in the deployment. */
  readonly key: string;
  /** In Satsuma. */
  readonly name: string;
  readonly definition: Value;
  readonly image: ImageConfig;
  /** Services that it waits for, with the names by which it knows them. */
  readonly links: Readonly<Record<string, string>>;
  /** What must be there before it is started. */
  readonly requires: readonly string[];
  /** Run once, before its first start. */
  readonly init?: readonly string[] | undefined;
  readonly networks: readonly string[];
  /** Its image is built from code that nobody has given yet. */
  readonly isCodeMissing?: boolean | undefined;
  /** Of its containers, by name. */
  readonly ports: readonly { readonly name: string; readonly number: number }[];
}

export interface TranslatedTemplate {
  readonly services: readonly TranslatedService[];
  /** Left out: the template says nothing of any. */
  readonly domains?: readonly LedDomain[];
  readonly globals: Globals;
}

/** Tells the problems of all that is wrong. What is made is worth nothing where there are any. */
export function translateTemplate(template: Template, options: TemplateOptions): TranslatedTemplate {
  const globals = readGlobals(template, options.deployment);
  const names = [...new Set([...template.services.map(({ name }) => name), ...options.present])];
  const services = template.services.flatMap((each) => translateService(each, { ...options, globals, names }) ?? []);
  refuseCircles(services);
  const domains = globals.domains && ledDomains(globals.domains, services, options.present);
  return { services, globals, ...(domains && { domains }) };
}

interface Context extends TemplateOptions {
  readonly globals: Globals;
  readonly names: readonly string[];
}

/** Keys of plug-ins of calzion that have no meaning here. */
const refusedKeys: Readonly<Record<string, string>> = {
  process: 'an app runs the command of its image: say it in cmd',
  networks: 'how services reach each other is said for a whole deployment, with --lan',
  replicas:
    'a template does not say how many there are: a file given with --infrastructure does, or "satsuma service scale"',
  scale:
    'a template does not say how many there are: a file given with --infrastructure does, or "satsuma service scale"',
  constraints:
    'a template does not say where it runs: a file given with --infrastructure does, or "satsuma service update --constraint"',
};

function translateService({ key, name, definition }: WrittenService, context: Context): TranslatedService | undefined {
  const { deployment, globals, names } = context;
  const fields = definition.isNull ? definition.asEmpty() : definition.fields();
  if (!fields) return undefined;
  const fullName = serviceNameIn(deployment, name);
  if (fullName.length > 128) definition.fail(`makes the name ${fullName}, and a name has at most 128 characters`);
  const written = fields.take('image');
  const code = codeOf(fields, { deployment, service: name });
  if (code && written) written.fail('cannot be beside git, which says what the image is built from');
  const ports = portsOf(fields, definition).map((each) => {
    const assigned = context.assignedPort(name, each.name);
    return { ...each, assigned, number: each.port === 'assign' ? assigned : each.port };
  });
  const lanPorts = ports.map((each) => ({ name: each.name, number: each.number, assigned: each.assigned }));
  const lan = describedLan(context.lan, { deployment, name, ports: lanPorts }, definition);
  const own = environmentOf({ deployment, service: name, ports, lan });
  const fill = (text: string) => substitute(text, own);
  const env = fields.take('env');
  const asked = { ...globals.env.all, ...globals.env.of.get(name), ...(env && variablesOf(env)) };
  const secrets = globals.generated.map((each): SecretFile => {
    return { name: secretNameIn(deployment, each.name), target: each.name, env: `${each.name}_FILE` };
  });
  const cmd = fields.take('cmd');
  const init = fields.take('init');
  const toFiles = (text: string) => withSecretFiles(text, globals);
  const commandOf = (value: Value | undefined) => command(value, (text) => fill(toFiles(text)), fill);
  const entrypoint = fields.take('entrypoint');
  const privileged = fields.take('privileged')?.flag();
  const volumes = fields.take('volumes');
  const wanMap = fields.take('wan_map');
  const wan = describedWan(context.wan, { deployment, name, ports: wanPorts(wanMap, ports) }, wanMap ?? definition);
  const userData = { ...lan.userData, ...wan.userData };
  const links = linksOf(fields.take('links'), name, names);
  const requires = requiredBy(fields.take('require'), name);
  const image: ImageConfig = {
    name: code ? (code.image ?? key) : imageOf(written, key, definition),
    ...serviceImageDefaults,
    restart_policy: {},
    environment: {
      ...own,
      ...Object.fromEntries(Object.entries(asked).map(([variable, text]) => [variable, fill(text)])),
    },
    ...given({
      args: commandOf(cmd),
      entrypoint: entrypoint && words(entrypoint)?.map(fill),
      privileged: privileged || undefined,
      mounts: volumes && volumesOf(volumes, { deployment, service: name }),
      bind_ports: nonEmpty([...lan.bindPorts, ...wan.bindPorts]),
      networks: nonEmpty([...lan.networks, ...wan.networks]),
      secrets: nonEmpty(secrets),
      user_data: Object.keys(userData).length > 0 ? userData : undefined,
      project: context.project,
    }),
    container_labels: { [projectLabel]: deployment, [serviceLabel]: name },
  };
  refuseSecretsIn(asked, globals, env ?? definition);
  const once = commandOf(init);
  fields.finish(refusedKeys);
  return {
    ...{
      writtenKey: key,
      key: name,
      name: fullName,
      definition,
      image,
      requires,
      networks: lan.neededNetworks,
      ports: ports.map((port) => ({ name: port.name, number: port.number })),
      init: once,
      ...(code && code.image === undefined && { isCodeMissing: true }),
    },
    links: Object.fromEntries([...links].map(([other, alias]) => [serviceNameIn(deployment, other), alias])),
  };
}

/** What its key names, unless it names another one. */
function imageOf(written: Value | undefined, key: string, definition: Value): string {
  const name = written ? written.text() : key;
  if (name !== undefined && !isImageName(name))
    (written ?? definition).fail(
      `has the image ${quoted(name)}: it must be an image name like redis or registry:5000/team/web:1.2`,
    );
  return name ?? key;
}

export function serviceNameIn(deployment: string, service: string): string {
  return `${deployment}-${service}`;
}

export function secretNameIn(deployment: string, name: string): string {
  return `${deployment}_${name}`;
}

/** A text is for the shell, as calzion has it; a list is taken as it is. */
function command(
  value: Value | undefined,
  ofText: (text: string) => string,
  ofWord: (text: string) => string,
): readonly string[] | undefined {
  if (!value) return undefined;
  if (!value.isText) return value.texts()?.map(ofWord);
  const text = value.text();
  return text === undefined ? undefined : ['/bin/sh', '-c', ofText(text)];
}

function words(value: Value): readonly string[] | undefined {
  if (!value.isText) return value.texts();
  return shellWords(value.text() ?? '') ?? value.fail('has a quote or a backslash that does not end');
}

/** In a command of the shell a generated secret is read when it runs, so that its value is written nowhere. */
function withSecretFiles(text: string, { generated }: Globals): string {
  const files = generated.map(({ name }) => [name, `$(cat ${secretPath({ name })})`] as const);
  return substitute(text, Object.fromEntries(files));
}

function refuseSecretsIn(env: Readonly<Record<string, string>>, { generated }: Globals, at: Value): void {
  for (const [variable, text] of Object.entries(env)) {
    const named = generated.find(({ name }) => text.includes(`{${name}}`));
    if (named)
      at.fail(
        `would put the secret ${named.name} into ${variable}, where it can be read: its file is named by ${named.name}_FILE`,
      );
  }
}

function linksOf(value: Value | undefined, own: string, names: readonly string[]): Map<string, string> {
  const pairs = !value
    ? []
    : value.tree.kind === 'dict'
      ? (value.fields()?.all() ?? []).map(([other, each]) => [other, each.text() ?? other, each] as const)
      : listOf(value).map(([other, each]) => [other, other, each] as const);
  return new Map(
    pairs.flatMap(([other, alias, each]) => {
      if (other === own) return each.fail('is linked to itself') ?? [];
      if (names.includes(other)) return [[other, alias] as const];
      return (
        each.fail(`is linked to ${quoted(other)}, and there is no such service${didYouMeanHint(other, names)}`) ?? []
      );
    }),
  );
}

function requiredBy(value: Value | undefined, own: string): readonly string[] {
  return (value ? listOf(value) : []).flatMap(([other, each]) =>
    other === own ? (each.fail('requires itself') ?? []) : [other],
  );
}

function refuseCircles(services: readonly TranslatedService[]): void {
  const byName = new Map(services.map((each) => [each.name, each]));
  const nextOf = (service: TranslatedService) => [
    ...Object.keys(service.links).flatMap((name) => byName.get(name) ?? []),
    ...services.filter(
      ({ key, name }) => service.requires.includes(key) && key !== service.key && !Object.hasOwn(service.links, name),
    ),
  ];
  for (const circle of circlesIn(services, nextOf)) {
    const keys = circle.map(({ key }) => key).join(' -> ');
    circle[0]?.definition.fail(`is in a circle of links, so that none can be started first: ${keys}`);
  }
}
