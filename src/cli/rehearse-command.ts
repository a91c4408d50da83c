import { Command } from 'commander';
import type { LossRehearsal } from '../api/drain.ts';
import type { ApiClient } from './api-client.ts';
import { examples } from './help-text.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { type OutputFlags, type Text, withTable, writeResult } from './output.ts';
import { reasonLines } from './reason-lines.ts';

export function rehearseCommand(api: ApiClient, io: Io): Command {
  const rehearse = new Command('rehearse')
    .description('simulate events; changes nothing')
    .addHelpText('after', examples('satsuma rehearse lose web-1'));
  withTable(rehearse.command('lose'))
    .description('simulate the loss of an engine, and show the effect on its containers')
    .argument('<engine>')
    .addHelpText('after', examples('satsuma rehearse lose web-1'))
    .action(async (engine: string, flags: OutputFlags) => {
      const { data } = await api('GET', `apiv1/engine/${encodeURIComponent(engine)}/rehearse-loss`);
      writeResult(io, { data, text: () => rehearsalText(engine, data) }, flags);
    });
  return rehearse;
}

function rehearsalText(engine: string, { lands, stranded, gone }: LossRehearsal): Text {
  const rows = [
    ...lands.map(({ container, service, to }) => [container, service, to, '']),
    ...stranded.map(({ container, service, refused }) => [
      container,
      service,
      'nowhere',
      reasonLines(refused).join('; '),
    ]),
    ...gone.map(({ container, foreign }) => [container, '', 'gone', foreign ? 'not ours' : 'it belongs to no service']),
  ];
  const counts = `${lands.length} would go elsewhere, ${stranded.length} would have no place, ${gone.length} would be gone`;
  const table =
    rows.length === 0
      ? []
      : [{ columns: ['CONTAINER', 'SERVICE', 'WHERE', { title: 'WHY', kind: 'words' } as const], rows }];
  return [line`Without ${engine}: ${counts}`, ...table];
}
