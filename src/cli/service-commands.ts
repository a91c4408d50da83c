import { Command } from 'commander';
import type { Service } from '../api/service.ts';
import { SatsumaError } from '../model/errors.ts';
import { ImageCommand } from '../run-options/image-command.ts';
import { decimal, whole } from '../run-options/numbers.ts';
import type { ApiClient, ApiStream } from './api-client.ts';
import { forEachName } from './for-each-name.ts';
import { examples } from './help-text.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { withLogOptions } from './logs-command.ts';
import { moveServiceCommand } from './move-service-command.ts';
import { type OutputFlags, type Result, withJson, writeOutcome, writeResult } from './output.ts';
import { asPlanned, planServiceCommand, withPlanOption } from './plan-service-command.ts';
import {
  changedService,
  newService,
  type ServiceFlags,
  withServiceChangeOptions,
  withServiceOptions,
} from './service-options.ts';
import { serviceQuestions } from './service-questions.ts';
import { removeEach } from './wait-for-removal.ts';
import { servicePath, waitForService } from './wait-for-service.ts';

interface WaitFlags extends OutputFlags {
  readonly detach?: boolean;
  readonly timeout?: number;
}

type ChangeFlags = ServiceFlags & WaitFlags & { readonly plan?: string };

/** `service`: commands that change a service wait until it has reached the requested state, unless detached. */
export function serviceCommands(api: ApiClient, stream: ApiStream, io: Io): Command {
  const service = new Command('service')
    .enablePositionalOptions()
    .description('manage services: containers that are kept running, updated and scaled')
    .addHelpText('after', examples('satsuma service create web --replicas 3 -p 80 nginx', 'satsuma service ls'));

  const settle = async (changed: unknown, what: string, { detach, timeout, json }: WaitFlags): Promise<Result> => {
    const { name, generation } = changed as Service;
    if (detach) return { data: changed, text: () => line`${name}: generation ${generation}` };
    const options = { what, timeoutSeconds: timeout, json };
    // The result was already shown as progress.
    return { data: await waitForService({ api, io }, { name, generation }, options), text: () => [] };
  };

  const create = new ImageCommand('create').description('create a service').argument('<name>', 'its name');
  withWaitOptions(withPlanOption(withServiceOptions(create)))
    .option('--name <name>', 'name of the service, as in docker, instead of the first argument')
    .addHelpText(
      'after',
      examples(
        'satsuma service create web --replicas 3 -p 80 --health-http 80/ --on-failure rollback nginx:1.25',
        'satsuma service create agent --from agent@2 --replicas global',
        'satsuma service create web -f service.json',
      ),
    )
    .action(async (name: string, image: string | undefined, args: string[], flags: ChangeFlags) => {
      const body = await newService(name, image, args, flags);
      const { data, warning } = await api('POST', asPlanned('apiv1/service', flags), body);
      if (warning !== undefined) io.stderr(line`Warning: ${warning}`);
      await writeOutcome(io, flags, settle(data, 'the start', flags));
    });

  const update = new ImageCommand('update', { changesWhatIsThere: true })
    .description('change the given fields of a service; replicas are replaced if the image config changes')
    .argument('<name>');
  withWaitOptions(withPlanOption(withServiceChangeOptions(withServiceOptions(update))))
    .option('--no-health', 'remove the health check')
    .addHelpText(
      'after',
      examples('satsuma service update web -e LEVEL=debug nginx:1.26', 'satsuma service update web --env-rm LEVEL'),
    )
    .action(async (name: string, image: string | undefined, args: string[], flags: ChangeFlags) => {
      const body = await changedService(api, name, image, args, flags);
      const { data } = await api('PUT', asPlanned(servicePath(name), flags), body);
      await writeOutcome(io, flags, settle(data, 'the update', flags));
    });

  const scale = new Command('scale')
    .description('set the number of replicas')
    .argument('<what...>', 'NAME=N, or several; or NAME N');
  withWaitOptions(scale)
    .addHelpText('after', examples('satsuma service scale web=5', 'satsuma service scale web=5 api=2'))
    .action(async (words: string[], flags: WaitFlags) => {
      const replicasOf = new Map(sizes(words));
      await forEachName(io, [...replicasOf.keys()], flags, async (name) => {
        const { data } = await api('POST', `${servicePath(name)}/scale`, {
          replicas: replicasOf.get(name),
        });
        return () => settle(data, 'the scaling', flags);
      });
    });

  const restart = new Command('restart')
    .description('replace all replicas like an update, and pull the image: a moved tag is rolled out')
    .argument('<name...>')
    .addHelpText('after', examples('satsuma service restart web'));
  withWaitOptions(restart).action((names: string[], flags: WaitFlags) =>
    forEachName(io, names, flags, async (name) => {
      const { data } = await api('POST', `${servicePath(name)}/restart`);
      return () => settle(data, 'the restart', flags);
    }),
  );

  const rollback = new Command('rollback')
    .description('roll back to the previous generation, or to the given one')
    .argument('<name>')
    .option('--to <generation>', 'see "satsuma service history"', whole)
    .addHelpText('after', examples('satsuma service rollback web', 'satsuma service rollback web --to 3'));
  withWaitOptions(rollback).action(async (name: string, { to, ...flags }: WaitFlags & { readonly to?: number }) => {
    const { data } = await api('POST', `${servicePath(name)}/rollback`, { generation: to });
    await writeOutcome(io, flags, settle(data, 'the rollback', flags));
  });

  const resume = new Command('resume')
    .description('resume a paused update')
    .argument('<name>')
    .addHelpText('after', examples('satsuma service resume web'));
  withWaitOptions(resume).action(async (name: string, flags: WaitFlags) => {
    const { data } = await api('POST', `${servicePath(name)}/resume`);
    await writeOutcome(io, flags, settle(data, 'the update', flags));
  });

  const pause = withJson(new Command('pause'))
    .description('pause updates until the service is resumed; replicas that end are still replaced')
    .argument('<name>')
    .addHelpText('after', examples('satsuma service pause web'))
    .action(async (name: string, flags: OutputFlags) => {
      const { data } = await api('POST', `${servicePath(name)}/pause`);
      writeResult(io, { data, text: () => line`${name}: paused` }, flags);
    });

  const rm = new Command('rm')
    .description('stop all replicas and remove the service')
    .argument('<name...>')
    .addHelpText('after', examples('satsuma service rm web'));
  withWaitOptions(rm).action((names: string[], { detach, timeout: timeoutSeconds, json }: WaitFlags) => {
    const messages = {
      removed: (name: string) => `${name}: removed`,
      beingRemoved: (name: string) => `${name}: being removed`,
    };
    return removeEach({ api, io }, names, { path: servicePath, messages, detach, timeoutSeconds, json });
  });

  const logs = withLogOptions(new Command('logs').description('print the logs of the replicas of a service'), {
    stream,
    io,
    path: servicePath,
  }).addHelpText('after', examples('satsuma service logs -f --tail 20 web'));

  const commands = [
    create,
    planServiceCommand(api, io),
    ...serviceQuestions(api, io),
    update,
    scale,
    restart,
    rollback,
    moveServiceCommand(api, io),
    pause,
    resume,
    rm,
    logs,
  ];
  for (const command of commands) service.addCommand(command);
  return service;
}

function withWaitOptions(command: Command): Command {
  return withJson(command)
    .option('-d, --detach', 'do not wait')
    .option('--timeout <seconds>', 'maximum time to wait', decimal);
}

/** `web=3 api=2`, or `web 3`. */
function sizes(words: readonly string[]): [string, number][] {
  const [name = '', count = ''] = words;
  const pairs = words.length === 2 && !name.includes('=') ? [`${name}=${count}`] : words;
  return pairs.map((pair): [string, number] => {
    const [, service, replicas] = /^([^=]+)=(\d{1,9})$/.exec(pair) ?? [];
    if (service === undefined) throw new SatsumaError('invalid', `expected NAME=N, or NAME N, got ${words.join(' ')}`);
    return [service, Number(replicas)];
  });
}
