import { Option } from 'commander';
import type { PlannedServiceBody, ServiceChangesBody } from '../api/service.ts';
import { given } from '../model/given.ts';
import { failureActions, type HealthCheck, type UpdatePolicy, updateOrders } from '../model/service.ts';
import type { ImageCommand } from '../run-options/image-command.ts';
import type { ImageFlags } from '../run-options/image-options.ts';
import { decimal, whole } from '../run-options/numbers.ts';
import { link } from '../run-options/option-values.ts';
import type { ApiClient } from './api-client.ts';
import { readBodyFile } from './body-file.ts';
import { type HealthFlags, healthField, withHealthOptions } from './health-options.ts';
import { type ImageEditFlags, withImageEditOptions } from './image-edit-options.ts';
import { withImageOptions } from './image-options.ts';
import { type ImageInFile, imagePart } from './image-part.ts';
import { readService } from './wait-for-service.ts';

export interface ServiceFlags extends ImageFlags, ImageEditFlags, HealthFlags {
  readonly replicas?: number | 'global';
  readonly parallelism?: number;
  readonly delay?: number;
  readonly order?: UpdatePolicy['order'];
  readonly monitor?: number;
  readonly maxFailure?: number;
  readonly onFailure?: UpdatePolicy['on_failure'];
  readonly link?: Record<string, string>;
  readonly grace?: number;
  readonly shutdownDelay?: number;
  readonly force?: boolean;
}

interface Body extends ImageInFile {
  readonly health?: HealthCheck;
  readonly update?: object;
}

/** The options of a service: those of `run` for the image, and its own. */
export function withServiceOptions(command: ImageCommand): ImageCommand {
  withHealthOptions(withImageOptions(command, 'a service, as for POST /apiv1/service'))
    .option('--from <saved>', 'a saved image config, NAME or NAME@VERSION; the options change it')
    .option('--replicas <N|global>', 'how many replicas, or one on each engine', replicas)
    .option('--link <SERVICE[:ALIAS]>', 'give the replicas the addresses of a service; may be repeated', link)
    .option('--parallelism <number>', 'how many replicas an update replaces at a time; 0: all', whole)
    .option('--delay <seconds>', 'time between two replacements of an update', decimal)
    .addOption(
      new Option(
        '--order <order>',
        'whether an update starts the new replica first or stops the old one first',
      ).choices(updateOrders),
    )
    .option('--monitor <seconds>', 'how long a new replica must stay healthy', decimal)
    .option('--max-failure <number>', 'how many new replicas may fail in an update', whole)
    .addOption(new Option('--on-failure <action>', 'what happens when more fail').choices(failureActions))
    .option('--grace <seconds>', 'how long an engine may be down before its replicas run elsewhere', decimal)
    .option('--shutdown-delay <seconds>', 'time between leaving the catalog and the stop', decimal);
  return command;
}

/** Options for existing services only. */
export function withServiceChangeOptions(command: ImageCommand): ImageCommand {
  withImageEditOptions(command).option('--force', 'replace the replicas even if nothing changes, and pull the image');
  return command;
}

/** The body of POST /apiv1/service. */
export async function newService(
  name: string,
  image: string | undefined,
  args: string[],
  flags: ServiceFlags,
): Promise<PlannedServiceBody> {
  const { image: own, from, ...file } = await bodyIn(flags);
  const part = await imagePart({ image: own, from }, { image, args, flags }, async () => undefined);
  return { ...file, ...serviceFields(file, flags), ...part, name };
}

/**
 * The body of PUT /apiv1/service/{name}. Image options change the existing image config, on condition that its
 * generation stays the same.
 */
export async function changedService(
  api: ApiClient,
  name: string,
  image: string | undefined,
  args: string[],
  flags: ServiceFlags,
): Promise<PlannedServiceBody> {
  const { image: own, from, ...file } = await bodyIn(flags);
  let seen: { readonly generation?: number } = {};
  const part = await imagePart({ image: own, from }, { image, args, flags }, async () => {
    const { image: present, generation } = await readService(api, name);
    seen = { generation };
    return present;
  });
  return { ...file, ...serviceFields(file, flags), ...given({ force: flags.force }), ...part, ...seen, name };
}

async function bodyIn({ file }: ServiceFlags): Promise<Body> {
  return file === undefined ? {} : await readBodyFile(file);
}

function serviceFields(file: Body, flags: ServiceFlags): ServiceChangesBody {
  const { replicas: count, link: links, grace, shutdownDelay } = flags;
  const { parallelism, delay, order, monitor, maxFailure: max_failure, onFailure: on_failure } = flags;
  const update = given({ parallelism, delay, order, monitor, max_failure, on_failure });
  return given({
    ...{ replicas: count, links, grace, shutdown_delay: shutdownDelay },
    health: healthField(flags, file.health),
    update: Object.keys(update).length === 0 ? undefined : { ...file.update, ...update },
  });
}

function replicas(text: string): number | 'global' {
  return text === 'global' ? text : whole(text);
}
