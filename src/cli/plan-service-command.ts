import type { Command } from 'commander';
import type { ServicePlan } from '../api/service.ts';
import { ImageCommand } from '../run-options/image-command.ts';
import type { ApiClient } from './api-client.ts';
import { IncompleteOperation } from './exit-codes.ts';
import { examples, paragraph } from './help-text.ts';
import type { Io } from './io.ts';
import { isThere } from './is-there.ts';
import { line } from './line.ts';
import { noRoomReasons, noRoomText } from './no-room.ts';
import { type OutputFlags, type Text, withTable, writeResult } from './output.ts';
import {
  changedService,
  newService,
  type ServiceFlags,
  withServiceChangeOptions,
  withServiceOptions,
} from './service-options.ts';
import { servicePath } from './wait-for-service.ts';

/** `service plan`: what `service create`, or `service update` for an existing service, would do. */
export function planServiceCommand(api: ApiClient, io: Io): Command {
  const plan = withTable(new ImageCommand('plan', { changesWhatIsThere: true }))
    .description('show where the replicas would go, and why others would not; changes nothing')
    .argument('<name>', 'of a new service, or of one that is to be changed');
  return withServiceChangeOptions(withServiceOptions(plan))
    .addHelpText(
      'after',
      [
        paragraph(
          'The last line is a token. Given as --plan, with the same options, it makes "service create" or ' +
            '"service update" do what was planned, or nothing. WHY: why a replica goes where it goes, or waits. ' +
            'Exit code 5: there is no room for a replica.',
        ),
        examples(
          'satsuma service plan web --replicas 3 --memory 256 nginx:1.25',
          'satsuma service create web --replicas 3 --memory 256 --plan TOKEN nginx:1.25',
        ),
      ].join('\n'),
    )
    .action(async (name, image, args, flags: ServiceFlags & OutputFlags) => {
      const service = (await isThere(api, servicePath(name)))
        ? await changedService(api, name, image, args, flags)
        : await newService(name, image, args, flags);
      const { data } = await api('POST', 'apiv1/plan', { service });
      writeResult(io, { data, text: () => planText(data as ServicePlan) }, flags);
      const { stranded, service: planned } = data as ServicePlan;
      const [first] = stranded;
      if (!first) return;
      const who = stranded.length === 1 ? `${planned}.${first.slot}` : `${stranded.length} replicas of ${planned}`;
      throw new IncompleteOperation(
        5,
        noRoomText(who, first.refused) ?? `no room for ${who}: there is no engine`,
        first.refused,
      );
    });
}

/** For the options of `create` and `update`. */
export function withPlanOption(command: Command): Command {
  return command.option('--plan <token>', 'do what "service plan" said, or nothing');
}

/** Adds the plan to a path. */
export function asPlanned(path: string, { plan }: { readonly plan?: string }): string {
  return plan === undefined ? path : `${path}?plan=${encodeURIComponent(plan)}`;
}

function planText({ service, generation, lands, stays, stranded, behind, gone, token }: ServicePlan): Text {
  const rows = [
    ...stays.map(({ slot, on }) => [slot, 'stays', on, '']),
    ...lands.map(({ slot, to, from }) => [
      slot,
      'goes',
      to,
      from === undefined ? '' : `in place of the one on ${from}`,
    ]),
    ...stranded.map(({ slot, refused }) => [slot, 'waits', '', noRoomReasons(refused) ?? 'there is no engine']),
    ...behind.map(({ slot, on }) => [slot, 'stays', on, 'its turn comes after those that wait']),
    ...gone.map(({ slot, on }) => [slot, 'ends', on, '']),
  ].map(([slot = '', ...cells]) => [`${service}.${slot}`, ...cells]);
  const table =
    rows.length === 0
      ? []
      : [{ columns: ['REPLICA', 'WHAT', 'ENGINE', { title: 'WHY', kind: 'words' } as const], rows }];
  const count = `${lands.length} would go somewhere, ${stranded.length} would wait for a place`;
  return [line`${service}: generation ${generation}, ${count}`, ...table, line`${token}`];
}
