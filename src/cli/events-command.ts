import { Command } from 'commander';
import type { ClusterEvent } from '../model/cluster-event.ts';
import { defaultProject } from '../model/image-config.ts';
import type { ApiStream } from './api-client.ts';
import { pointInTime } from './duration-ago.ts';
import { type EventFilters, eventFilter } from './event-filter.ts';
import { IncompleteOperation } from './exit-codes.ts';
import { examples } from './help-text.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { eventList } from './list/event-list.ts';
import { formatRows, type ListFormat } from './list/format.ts';
import { formatOption } from './list/list-options.ts';
import { serverSentEvents } from './server-sent-events.ts';

interface Flags {
  readonly since?: string;
  readonly until?: string;
  readonly filter?: EventFilters;
  readonly json?: boolean;
  readonly format?: ListFormat;
}

export function eventsCommand(stream: ApiStream, io: Io): Command {
  return new Command('events')
    .description('follow the events of engines, containers, services, volumes and other objects')
    .addHelpText(
      'after',
      examples('satsuma events', 'satsuma events --since 10m --until 0s -f kind=container -f action=die'),
    )
    .option('--since <time>', 'start at this time: like 2026-11-21T06:00:00Z, 10m, or the id of an event', pointInTime)
    .option('--until <time>', 'end at this time: like 2026-11-21T06:00:00Z, or 10m', pointInTime)
    .option(
      '-f, --filter <KEY=VALUE>',
      'kind (docker: type), action (event), name, engine or project; or container, image, volume, network, secret, service or job with its name; may be repeated',
      eventFilter,
    )
    .option('--json', 'print events as JSON lines')
    .addOption(formatOption(eventList).conflicts('json'))
    .action(async ({ since, until, filter: filters = [], json, format }: Flags) => {
      const textOf = (event: ClusterEvent) =>
        format?.template
          ? formatRows(eventList, [event], { ...format, isTable: false }, { isWhole: false })
          : text(event);
      const asked = Object.entries({ since, until }).flatMap(([key, value]) =>
        value === undefined ? [] : [[key, value]],
      );
      const query = new URLSearchParams([...asked, ...filters.map(([key, value]) => [key, value])] as [
        string,
        string,
      ][]);
      let lastId: string | undefined;
      try {
        for await (const { event, data, id } of serverSentEvents(stream(`apiv1/events?${query}`))) {
          const about: unknown = JSON.parse(data);
          if (event === 'cut') throw new IncompleteOperation(1, reasonIn(about));
          if (event === 'reset') io.stderr(line`satsuma: events were lost: ${reasonIn(about)}`);
          else if (!(await io.pipe(Buffer.from(json ? `${data}\n` : textOf(about as ClusterEvent))))) return;
          lastId = id ?? lastId;
        }
      } catch (error) {
        if (lastId !== undefined) io.stderr(line`satsuma: to continue: satsuma events --since ${lastId}`);
        throw error;
      }
    });
}

/** In docker's format. */
function text({ at, kind, action, name, id, engine, project, attributes }: ClusterEvent): string {
  const all = {
    ...(id === name ? {} : { id: id.slice(0, 12) }),
    ...(engine === name ? {} : { engine }),
    ...(project === undefined || project === defaultProject ? {} : { project }),
    ...attributes,
  };
  const pairs = Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}`]));
  return pairs.length === 0
    ? line`${at} ${kind} ${action} ${name}`
    : line`${at} ${kind} ${action} ${name} (${pairs.join(', ')})`;
}

function reasonIn(about: unknown): string {
  return (about as { readonly reason: string }).reason;
}
