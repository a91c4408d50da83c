import type {
  TranslateComposeBody,
  TranslatedCompose,
  TranslatedSecret,
  TranslatedService,
} from '../../api/translate.ts';
import { Problems } from '../../application/problems.ts';
import type { Desired, DesiredJob, DesiredSecret, DesiredService, Networking } from '../../compose/desired.ts';
import { loadProject } from '../../compose/load-project.ts';
import { wholeOf } from '../../compose/plan-changes.ts';
import { projectName } from '../../compose/project-name.ts';
import { secretBody } from '../../compose/secret-body.ts';
import { translate } from '../../compose/translate.ts';

/** As messages call the text. */
const file = { path: '/compose.yaml', name: 'compose.yaml', folder: '/' };

export interface ComposeText extends TranslateComposeBody {
  /** How containers on several engines can reach each other. */
  readonly networking: Networking;
}

/**
 * A Compose file as the bodies that create it. Only the text is read: no other file and no variable of the server.
 * Throws `invalid` with all that is wrong, each with its line and path.
 */
export function translateCompose({
  compose,
  name: asked,
  project: owner,
  profiles = [],
  networking,
}: ComposeText): TranslatedCompose {
  const problems = new Problems();
  const loaded = loadProject({
    files: [file],
    variableFiles: [],
    variables: {},
    problems,
    readBytes: (path) => {
      if (path === file.path) return Buffer.from(compose);
      throw new Error('only the text itself is read, and no file beside it');
    },
    nameFrom: (inFile) => projectName({ given: asked, inFile: inFile(), folder: '' }),
  });
  const name = loaded.name ?? '';
  const desired = translate(loaded, { project: name, profiles, networking, owner });
  for (const { build, key } of [...desired.services, ...desired.jobs]) {
    if (build)
      problems.add(
        build.place,
        `services.${key}.build`,
        'needs the files of a folder: "satsuma compose up" sends them, or build the image first and name it in image',
      );
  }
  problems.refuse();
  return bodiesOf(desired, owner);
}

function bodiesOf(
  { project: name, networks, secrets, configs, services, jobs, warnings }: Desired,
  owner: string | undefined,
): TranslatedCompose {
  const secretOf = (kind: 'secret' | 'config', secret: DesiredSecret): TranslatedSecret => {
    if (secret.value === undefined) return { name: secret.name };
    return { name: secret.name, body: secretBody(kind, secret, secret.value, { project: name, owner }) };
  };
  const images = [...services, ...jobs].map(({ spec }) => spec.image);
  const mounts = images.flatMap((image) => image.mounts ?? []);
  const volumes = mounts.flatMap(({ type, source }) => (type === 'volume' && source !== undefined ? [source] : []));
  return {
    name,
    networks: networks.map(({ isExternal, body }) => ({ external: isExternal, body })),
    secrets: [
      ...secrets.map((secret) => secretOf('secret', secret)),
      ...configs.map((config) => secretOf('config', config)),
    ],
    volumes: [...new Set(volumes)],
    jobs: jobs.map((job) => partOf(job, { name: job.name, ...job.spec })),
    services: services.map((service) => partOf(service, { name: service.name, ...wholeOf(service.spec) })),
    warnings,
  };
}

function partOf<Body>(
  { key, dependsOn }: DesiredService | DesiredJob,
  body: Body,
): Pick<TranslatedService, 'key' | 'depends_on'> & { readonly body: Body } {
  const depends_on = dependsOn.map(({ name, condition, isOptional }) => ({ name, condition, optional: isOptional }));
  return { key, body, depends_on };
}
