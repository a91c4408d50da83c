import { type Command, Option } from 'commander';
import { type ApiClient, ApiError } from './api-client.ts';
import { pathOfThing } from './engine-things.ts';
import { IncompleteOperation } from './exit-codes.ts';
import { paragraph } from './help-text.ts';
import { inspectCommand } from './inspect-command.ts';
import type { Io } from './io.ts';
import { savedImagePath } from './saved-image-commands.ts';

type Read = (name: string, api: ApiClient) => Promise<unknown>;

/** For objects with a path of their own in the API. */
const atPath =
  (pathOf: (name: string, api: ApiClient) => string | Promise<string>): Read =>
  async (name, api) =>
    (await api('GET', await pathOf(name, api))).data;
const named = (kind: string) => atPath((name) => `apiv1/${kind}/${encodeURIComponent(name)}`);

/** For objects that the API only lists. Throws `ApiError`. */
const listed =
  (kind: string, path: string, key: string): Read =>
  async (name, api) => {
    const { data } = await api('GET', path);
    const found = (data as readonly Readonly<Record<string, unknown>>[]).find((each) => each[key] === name);
    if (!found) throw new ApiError(404, `no ${kind} ${name}`, undefined);
    return found;
  };

/** The kinds in the order in which a name is looked up. A new kind is one line. */
const kinds: Readonly<Record<string, Read>> = {
  container: named('container'),
  service: named('service'),
  job: named('job'),
  engine: named('engine'),
  image: atPath(savedImagePath),
  webhook: named('webhook'),
  secret: named('secret'),
  policy: named('policy'),
  project: named('project'),
  role: listed('role', 'apiv1/roles', 'name'),
  account: listed('account', 'apiv1/accounts', 'name'),
  registry: listed('registry', 'apiv1/registries', 'server'),
  // These ask the engines.
  volume: atPath((name, api) => pathOfThing(api, 'volume', name, {})),
  network: atPath((name, api) => pathOfThing(api, 'network', name, {})),
  'engine-image': atPath((name) => `apiv1/engine-images/inspect?name=${encodeURIComponent(name)}`),
};
const names = Object.keys(kinds);

/** `inspect`: any object by its name. */
export function inspectAnyCommand(api: ApiClient, io: Io): Command {
  const command = inspectCommand(api, io, {
    description:
      'show anything as JSON by its name: a container and why it is on its engine, a service, a job, an engine',
    example: "satsuma inspect web --format '{{.state}}'",
    argument: ['<what>', 'a name; of a container also an id, or the beginning of one'],
    read: (name) => readAny(api, name, command.opts<{ readonly type?: string }>().type),
  });
  return command
    .addOption(new Option('--type <type>', 'what it is').choices(names))
    .addHelpText(
      'after',
      paragraph(`Where several things have the name, the first of these is shown: ${names.join(', ')}.`),
    );
}

/** Throws `NotDone` if no object has that name. */
async function readAny(api: ApiClient, name: string, type: string | undefined): Promise<unknown> {
  let ofContainer: ApiError | undefined;
  for (const kind of type === undefined ? names : [type]) {
    try {
      return await kinds[kind]?.(name, api);
    } catch (error) {
      // The name may be invalid for one kind, or the caller may lack the permission for it: the next kind is tried.
      const isNone = error instanceof ApiError && [400, 403, 404].includes(error.status);
      if (!isNone || type !== undefined) throw error;
      // This error may name an engine that does not answer.
      ofContainer ??= error;
    }
  }
  const [, ...others] = names;
  const rest = `${others.slice(0, -1).join(', ')} or ${others.at(-1)}`;
  throw new IncompleteOperation(3, `${ofContainer?.message ?? ''}, and no ${rest} either`);
}
